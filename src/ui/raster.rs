//! Pictures without a display: egui's triangles into pixels, by this file alone.
//!
//! **Invariant:** the same triangles give the same bytes on every machine: edges in whole 1/256 pixels, no fast math.
//! **Not here:** what is drawn (`App`), passes and texture updates (`studio`).
//! Top-left fill rule, bilinear textures, premultiplied blending in gamma space, as egui's own painters do it.

use std::collections::HashMap;

use egui::{
    Color32, ColorImage, ImageData, Pos2, Rect, TextureId, TexturesDelta,
    epaint::{ClippedPrimitive, Mesh, Primitive, Vertex},
};

/// A picture: rows of red, green, blue, alpha.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    pixels: Vec<Color32>,
}

impl Image {
    fn filled(width: usize, height: usize, color: Color32) -> Self {
        Self { width, height, pixels: vec![color; width * height] }
    }

    /// The pixel at a place; `None` outside.
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> Option<[u8; 4]> {
        if x >= self.width {
            return None;
        }
        self.pixels.get(y * self.width + x).map(Color32::to_array)
    }

    /// All pixels, row by row, four bytes each.
    #[must_use]
    pub fn rgba(&self) -> Vec<u8> {
        self.pixels.iter().flat_map(|pixel| pixel.to_array()).collect()
    }

    /// The picture as a PNG file.
    ///
    /// # Errors
    /// When the picture has no pixels.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let side = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side(self.width), side(self.height));
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgba())?;
        writer.finish()?;
        Ok(bytes)
    }
}

/// Paints triangles; holds the textures between pictures.
#[derive(Default)]
pub struct Rasteriser {
    textures: HashMap<TextureId, ColorImage>,
}

impl Rasteriser {
    /// Applies new and changed textures. Freed ones go with [`Self::free`], after painting.
    pub fn update(&mut self, delta: &mut TexturesDelta) {
        for (id, changes) in delta.set.drain() {
            for change in changes {
                let ImageData::Color(image) = &change.image;
                match change.pos {
                    None => {
                        self.textures.insert(id, (**image).clone());
                    }
                    Some(place) => self.patch(id, place, image),
                }
            }
        }
    }

    /// Forgets the freed textures.
    pub fn free(&mut self, delta: &mut TexturesDelta) {
        for id in delta.free.drain() {
            self.textures.remove(&id);
        }
    }

    fn patch(&mut self, id: TextureId, [left, top]: [usize; 2], patch: &ColorImage) {
        let Some(texture) = self.textures.get_mut(&id) else { return };
        let (width, wide) = (texture.size[0], patch.size[0]);
        for (row, line) in patch.pixels.chunks_exact(wide.max(1)).enumerate() {
            let start = (top + row) * width + left;
            if let Some(target) = texture.pixels.get_mut(start..start + wide) {
                target.copy_from_slice(line);
            }
        }
    }

    /// Paints everything on a ground of one colour.
    #[must_use]
    pub fn paint(&self, primitives: &[ClippedPrimitive], size: [usize; 2], scale: f32, ground: Color32) -> Image {
        let mut image = Image::filled(size[0], size[1], ground);
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            // Paint callbacks need a graphics card; no screen of ours has one.
            if let Primitive::Mesh(mesh) = primitive
                && let Some(texture) = self.textures.get(&mesh.texture_id)
            {
                paint_mesh(&mut image, mesh, texture, *clip_rect, scale);
            }
        }
        image
    }
}

/// Whole pixels from `left`, `top` up to but not including `right`, `bottom`.
#[derive(Clone, Copy)]
struct Clip {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

fn paint_mesh(image: &mut Image, mesh: &Mesh, texture: &ColorImage, clip: Rect, scale: f32) {
    let side = |points: f32, most: usize| ((points * scale).round() as i64).clamp(0, most as i64);
    let clip = Clip {
        left: side(clip.min.x, image.width),
        top: side(clip.min.y, image.height),
        right: side(clip.max.x, image.width),
        bottom: side(clip.max.y, image.height),
    };
    for corners in mesh.indices.as_chunks::<3>().0 {
        let corner = |i: usize| {
            mesh.vertices.get(corners[i] as usize).map(|v| Vertex { pos: (v.pos.to_vec2() * scale).to_pos2(), ..*v })
        };
        if let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) {
            paint_triangle(image, [a, b, c], texture, clip);
        }
    }
}

/// 1/256 pixel, as graphics cards have it.
const SUBPIXELS: i64 = 256;

fn fixed(pos: Pos2) -> (i64, i64) {
    // LIMIT: far outside any window, so that products of two stay within 64 bits.
    let part = |v: f32| (v.clamp(-1.0e5, 1.0e5) * SUBPIXELS as f32).round() as i64;
    (part(pos.x), part(pos.y))
}

/// One edge as `c − k·x ≥ 0` along a row of pixels.
struct Edge {
    from: (i64, i64),
    dx: i64,
    dy: i64,
    bias: i64,
}

impl Edge {
    fn new(from: (i64, i64), to: (i64, i64)) -> Self {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        // A pixel centre on a top or left edge is inside, on any other it is not.
        let bias = if (dy == 0 && dx > 0) || dy < 0 { 0 } else { -1 };
        Self { from, dx, dy, bias }
    }

    /// Narrows the span of pixels of a row to this edge's inner side.
    fn narrow(&self, row: i64, (first, last): (i64, i64)) -> (i64, i64) {
        let half = SUBPIXELS / 2;
        let y = row * SUBPIXELS + half;
        let c = self.dx * (y - self.from.1) - self.dy * (half - self.from.0) + self.bias;
        let k = self.dy * SUBPIXELS;
        match k.signum() {
            1 => (first, last.min(c.div_euclid(k))),
            -1 => (first.max(-(c.div_euclid(-k))), last),
            _ if c >= 0 => (first, last),
            _ => (1, 0),
        }
    }
}

/// A value that changes evenly over a triangle.
#[derive(Clone, Copy)]
struct Plane {
    at_a: f32,
    per_x: f32,
    per_y: f32,
}

impl Plane {
    fn at(self, x: f32, y: f32) -> f32 {
        self.at_a + self.per_x * x + self.per_y * y
    }
}

/// The triangle's colour and texture place at each pixel.
struct Shade {
    a: Pos2,
    color: [Plane; 4],
    uv: [Plane; 2],
    flat: Option<Color32>,
}

impl Shade {
    fn new([a, b, c]: [Vertex; 3], texture: &ColorImage) -> Self {
        let (ab, ac) = (b.pos - a.pos, c.pos - a.pos);
        let area = ab.x * ac.y - ab.y * ac.x;
        let plane = |va: f32, vb: f32, vc: f32| {
            let (db, dc) = (vb - va, vc - va);
            Plane { at_a: va, per_x: (db * ac.y - dc * ab.y) / area, per_y: (dc * ab.x - db * ac.x) / area }
        };
        let channels = [a, b, c].map(|v| v.color.to_array().map(f32::from));
        let color = std::array::from_fn(|i| plane(channels[0][i], channels[1][i], channels[2][i]));
        let size = [texture.size[0] as f32, texture.size[1] as f32];
        let uv = [plane(a.uv.x, b.uv.x, c.uv.x), plane(a.uv.y, b.uv.y, c.uv.y)];
        let uv = [0, 1].map(|i| Plane {
            at_a: uv[i].at_a * size[i],
            per_x: uv[i].per_x * size[i],
            per_y: uv[i].per_y * size[i],
        });
        let mut shade = Self { a: a.pos, color, uv, flat: None };
        if a.color == b.color && b.color == c.color && a.uv == b.uv && b.uv == c.uv {
            shade.flat = Some(shade.at(a.pos.x, a.pos.y, texture));
        }
        shade
    }

    /// The premultiplied colour at a place.
    fn at(&self, x: f32, y: f32, texture: &ColorImage) -> Color32 {
        let (x, y) = (x - self.a.x, y - self.a.y);
        let texel = sample(texture, self.uv[0].at(x, y), self.uv[1].at(x, y));
        let channel = |i: usize| (self.color[i].at(x, y).clamp(0.0, 255.0) * texel[i] / 255.0 + 0.5) as u8;
        Color32::from_rgba_premultiplied(channel(0), channel(1), channel(2), channel(3))
    }
}

/// Bilinear, clamped at the edge.
fn sample(texture: &ColorImage, u: f32, v: f32) -> [f32; 4] {
    let (u, v) = (u - 0.5, v - 0.5);
    let (left, top) = (u.floor(), v.floor());
    let (right_part, bottom_part) = (u - left, v - top);
    let texel = |dx: usize, dy: usize| {
        let x = ((left as i64) + dx as i64).clamp(0, texture.size[0] as i64 - 1) as usize;
        let y = ((top as i64) + dy as i64).clamp(0, texture.size[1] as i64 - 1) as usize;
        texture.pixels.get(y * texture.size[0] + x).copied().unwrap_or_default().to_array().map(f32::from)
    };
    // On a texel's centre the other three weigh nothing: glyphs on whole pixels.
    let near = |part: f32| !(1.0 / 512.0..=511.0 / 512.0).contains(&part);
    if near(right_part) && near(bottom_part) {
        return texel(usize::from(right_part > 0.5), usize::from(bottom_part > 0.5));
    }
    let (a, b, c, d) = (texel(0, 0), texel(1, 0), texel(0, 1), texel(1, 1));
    std::array::from_fn(|i| {
        let upper = a[i] + (b[i] - a[i]) * right_part;
        let lower = c[i] + (d[i] - c[i]) * right_part;
        upper + (lower - upper) * bottom_part
    })
}

fn over(source: Color32, ground: Color32) -> Color32 {
    let ([r, g, b, a], under) = (source.to_array(), ground.to_array());
    let rest = 255 - u32::from(a);
    let channel =
        |s: u8, u: u8| u8::try_from((u32::from(s) + (u32::from(u) * rest + 127) / 255).min(255)).unwrap_or(255);
    let [ur, ug, ub, ua] = under;
    Color32::from_rgba_premultiplied(channel(r, ur), channel(g, ug), channel(b, ub), channel(a, ua))
}

fn paint_triangle(image: &mut Image, corners: [Vertex; 3], texture: &ColorImage, clip: Clip) {
    let [a, mut b, mut c] = corners;
    let place = |v: &Vertex| fixed(v.pos);
    let cross = |p: (i64, i64), q: (i64, i64), r: (i64, i64)| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    let area = cross(place(&a), place(&b), place(&c));
    if area == 0 {
        return;
    }
    if area < 0 {
        std::mem::swap(&mut b, &mut c);
    }
    let points = [place(&a), place(&b), place(&c)];
    let edges = [Edge::new(points[0], points[1]), Edge::new(points[1], points[2]), Edge::new(points[2], points[0])];
    let low = |axis: fn(&(i64, i64)) -> i64| points.iter().map(axis).min().unwrap_or(0).div_euclid(SUBPIXELS);
    let high = |axis: fn(&(i64, i64)) -> i64| points.iter().map(axis).max().unwrap_or(0).div_euclid(SUBPIXELS);
    let across = (low(|p| p.0).max(clip.left), high(|p| p.0).min(clip.right - 1));
    let shade = Shade::new([a, b, c], texture);
    for row in low(|p| p.1).max(clip.top)..=high(|p| p.1).min(clip.bottom - 1) {
        let (first, last) = edges.iter().fold(across, |span, edge| edge.narrow(row, span));
        if first <= last {
            paint_span(image, row as usize, first as usize..last as usize + 1, &shade, texture);
        }
    }
}

fn paint_span(image: &mut Image, row: usize, span: std::ops::Range<usize>, shade: &Shade, texture: &ColorImage) {
    let start = row * image.width;
    let Some(line) = image.pixels.get_mut(start + span.start..start + span.end) else { return };
    match shade.flat {
        Some(color) if color.a() == 255 => line.fill(color),
        Some(color) => line.iter_mut().for_each(|pixel| *pixel = over(color, *pixel)),
        None => {
            let y = row as f32 + 0.5;
            for (i, pixel) in line.iter_mut().enumerate() {
                let color = shade.at((span.start + i) as f32 + 0.5, y, texture);
                if color != Color32::TRANSPARENT {
                    *pixel = over(color, *pixel);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn white() -> ColorImage {
        ColorImage::filled([1, 1], Color32::WHITE)
    }

    fn quad(image: &mut Image, rect: Rect, color: Color32) {
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(rect, color);
        paint_mesh(image, &mesh, &white(), Rect::EVERYTHING, 1.0);
    }

    #[test]
    fn two_triangles_with_a_common_edge_paint_each_pixel_once() {
        let mut image = Image::filled(16, 16, Color32::BLACK);
        let half = Color32::from_rgba_premultiplied(100, 0, 0, 0); // adds 100 at each paint
        quad(&mut image, Rect::from_min_max(Pos2::new(2.0, 3.0), Pos2::new(11.0, 14.0)), half);
        for y in 0..16 {
            for x in 0..16 {
                let inside = (2..11).contains(&x) && (3..14).contains(&y);
                assert_eq!(image.pixel(x, y).unwrap()[0], if inside { 100 } else { 0 }, "{x},{y}");
            }
        }
    }

    #[test]
    fn neighbours_leave_no_gap_and_no_overlap() {
        let mut image = Image::filled(10, 4, Color32::BLACK);
        let add = Color32::from_rgba_premultiplied(50, 0, 0, 0);
        quad(&mut image, Rect::from_min_max(Pos2::new(0.0, 0.0), Pos2::new(4.5, 4.0)), add);
        quad(&mut image, Rect::from_min_max(Pos2::new(4.5, 0.0), Pos2::new(10.0, 4.0)), add);
        assert!((0..40).all(|i| image.pixel(i % 10, i / 10).unwrap()[0] == 50));
    }

    #[test]
    fn half_transparent_black_halves_white() {
        let mut image = Image::filled(2, 2, Color32::WHITE);
        quad(&mut image, Rect::from_min_max(Pos2::ZERO, Pos2::new(2.0, 2.0)), Color32::from_black_alpha(128));
        assert_eq!(image.pixel(1, 1), Some([127, 127, 127, 255]));
    }

    #[test]
    fn clipping_is_to_whole_pixels() {
        let mut image = Image::filled(4, 4, Color32::BLACK);
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(Rect::from_min_max(Pos2::ZERO, Pos2::new(4.0, 4.0)), Color32::WHITE);
        paint_mesh(&mut image, &mesh, &white(), Rect::from_min_max(Pos2::new(1.0, 1.0), Pos2::new(3.0, 2.0)), 1.0);
        let painted = (0..16).filter(|i| image.pixel(i % 4, i / 4).unwrap()[0] == 255).collect::<Vec<_>>();
        assert_eq!(painted, vec![5, 6]);
    }

    #[test]
    fn a_png_opens_with_its_size() {
        let image = Image::filled(3, 2, Color32::WHITE);
        let bytes = image.png().unwrap();
        assert_eq!(bytes.get(..4), Some([0x89, b'P', b'N', b'G'].as_slice()));
        assert_eq!(bytes.get(16..24), Some([0, 0, 0, 3, 0, 0, 0, 2].as_slice()));
    }
}
