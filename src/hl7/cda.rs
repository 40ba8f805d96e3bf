//! The names of CDA R2: what may stand in a path or a skeleton as it is; any other reads `vreemd`, since a name can carry a BSN.
//!
//! Source: HL7 Clinical Document Architecture, Release 2 (POCD_MT000040, its narrative block and its data types).

/// Element and attribute names, sorted.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "ClinicalDocument", "ID", "IDREF", "IDREFS", "abbr", "act", "additionalLocator", "addr", "administrationUnitCode",
    "administrativeGenderCode", "align", "alignment", "approachSiteCode", "asMaintainedEntity", "asOrganizationPartOf",
    "assignedAuthor", "assignedAuthoringDevice", "assignedCustodian", "assignedEntity", "assignedPerson",
    "assigningAuthorityName", "associatedEntity", "associatedPerson", "authenticator", "author", "authorization",
    "awarenessCode", "axis", "birthTime", "birthplace", "border", "br", "buildingNumberSuffix", "caption",
    "cellpadding", "cellspacing", "censusTract", "center", "char", "charoff", "city", "classCode", "code", "codeSystem",
    "codeSystemName", "codeSystemVersion", "col", "colgroup", "colspan", "component", "componentOf", "compression",
    "confidentialityCode", "consent", "consumable", "content", "contextConductionInd", "contextControlCode", "copyTime",
    "country", "county", "criterion", "currency", "custodian", "dataEnterer", "delimiter", "deliveryAddressLine",
    "deliveryInstallationArea", "deliveryInstallationQualifier", "deliveryInstallationType", "deliveryMode",
    "deliveryModeIdentifier", "denominator", "derivationExpr", "desc", "determinerCode", "direction",
    "dischargeDispositionCode", "displayName", "displayable", "documentationOf", "doseQuantity", "effectiveTime",
    "encompassingEncounter", "encounter", "encounterParticipant", "entry", "entryRelationship", "ethnicGroupCode",
    "existenceTime", "expectedUseTime", "extension", "externalAct", "externalDocument", "externalObservation",
    "externalProcedure", "family", "footnote", "footnoteRef", "frame", "functionCode", "given", "guardian",
    "guardianOrganization", "guardianPerson", "headers", "healthCareFacility", "high", "houseNumber",
    "houseNumberNumeric", "href", "id", "inFulfillmentOf", "inclusive", "independentInd", "informant",
    "informationRecipient", "institutionSpecified", "integrityCheck", "integrityCheckAlgorithm", "intendedRecipient",
    "interpretationCode", "inversionInd", "isNormalized", "item", "language", "languageCode", "languageCommunication",
    "legalAuthenticator", "linkHtml", "list", "listType", "location", "lot", "lotNumberText", "low", "maintainedEntity",
    "maintainingPerson", "manufacturedLabeledDrug", "manufacturedMaterial", "manufacturedProduct",
    "manufacturerModelName", "manufacturerOrganization", "maritalStatusCode", "maxDoseQuantity", "mediaType",
    "methodCode", "modeCode", "moodCode", "name", "negationInd", "nonXMLBody", "nullFlavor", "numerator", "observation",
    "observationMedia", "observationRange", "operator", "order", "organizer", "originalText", "paragraph",
    "parentDocument", "partType", "participant", "participantRole", "patient", "patientRole", "performer", "period",
    "phase", "place", "playingDevice", "playingEntity", "postBox", "postalCode", "precinct", "precondition",
    "preferenceInd", "prefix", "priorityCode", "probability", "procedure", "product", "proficiencyLevelCode",
    "providerOrganization", "qualifier", "quantity", "raceCode", "rateQuantity", "realmCode", "receivedOrganization",
    "recordTarget", "reference", "referenceRange", "referencedObject", "regionOfInterest", "rel", "relatedDocument",
    "relatedEntity", "relatedPerson", "relatedSubject", "relationshipHolder", "religiousAffiliationCode",
    "renderMultiMedia", "repeatNumber", "representation", "representedCustodianOrganization", "representedOrganization",
    "responsibleParty", "rev", "root", "routeCode", "rowspan", "rules", "scope", "scopingEntity", "scopingOrganization",
    "section", "separatableInd", "seperatableInd", "sequenceNumber", "serviceEvent", "serviceProviderOrganization",
    "setId", "signatureCode", "softwareName", "span", "specimen", "specimenPlayingEntity", "specimenRole",
    "standardIndustryClassCode", "state", "statusCode", "streetAddressLine", "streetName", "streetNameBase",
    "streetNameType", "structuredBody", "styleCode", "sub", "subject", "substanceAdministration", "suffix", "summary",
    "sup", "supply", "table", "targetSiteCode", "tbody", "td", "telecom", "templateId", "text", "tfoot", "th", "thead",
    "thumbnail", "time", "title", "tr", "translation", "type", "typeCode", "typeId", "unit", "unitID", "unitType",
    "use", "useablePeriod", "validTime", "valign", "value", "versionNumber", "wholeOrganization", "width",
];

/// Elements that say something of the stay and may hold others that do.
pub(crate) fn is_entry(name: &str) -> bool {
    matches!(name, "observation" | "act" | "encounter" | "organizer")
}

/// The name, if CDA knows it; else `vreemd`.
pub(crate) fn shown(name: &str) -> &'static str {
    NAMES.binary_search(&name).ok().and_then(|place| NAMES.get(place)).copied().unwrap_or("vreemd")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_a_strange_one_is_not_shown() {
        assert!(NAMES.is_sorted());
        for known in
            ["componentOf", "relatedPerson", "scopingEntity", "maintainedEntity", "regionOfInterest", "recordTarget"]
        {
            assert_eq!(shown(known), known);
        }
        assert_eq!(shown("bsn-999900006"), "vreemd");
        assert_eq!(shown(""), "vreemd");
    }
}
