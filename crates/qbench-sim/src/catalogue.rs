//! What the laboratory offers: assays, matrices, accessioning types, panels.
//!
//! Static facts only. The sixteen labels are those that dashboards count by.

use crate::calendar::HOUR;

/// One assay and how fast the laboratory is at it.
pub(crate) struct AssayKind {
    pub(crate) id: u32,
    /// Short code; one assay has none, as happens in real data.
    pub(crate) label: Option<&'static str>,
    pub(crate) title: &'static str,
    pub(crate) method: &'static str,
    pub(crate) category: &'static str,
    pub(crate) units: &'static str,
    pub(crate) price: u32,
    /// Hours from the start of a batch to its raw data.
    pub(crate) hours: f64,
    /// Local seconds of the day at which batches are put together.
    pub(crate) slots: &'static [u32],
    pub(crate) saturdays: bool,
    /// Tests in a full batch.
    pub(crate) capacity: usize,
    /// Share of tests whose result cannot be reported and that are repeated.
    pub(crate) failure: f64,
    /// Names of what is measured; empty for an assay without worksheet.
    pub(crate) analytes: &'static [&'static str],
}

const MORNING: &[u32] = &[10 * HOUR + 1800];
const TWICE: &[u32] = &[9 * HOUR + 1800, 14 * HOUR];
const OFTEN: &[u32] = &[9 * HOUR, 11 * HOUR + 1800, 14 * HOUR, 16 * HOUR];

/// Index of each assay in [`ASSAYS`], by label.
pub(crate) mod at {
    pub(crate) const CN: u8 = 0;
    pub(crate) const MB: u8 = 1;
    pub(crate) const TP: u8 = 2;
    pub(crate) const MY: u8 = 3;
    pub(crate) const HM: u8 = 4;
    pub(crate) const FFM: u8 = 5;
    pub(crate) const HO: u8 = 6;
    pub(crate) const HLVD: u8 = 7;
    pub(crate) const MC: u8 = 8;
    pub(crate) const PS: u8 = 9;
    pub(crate) const PN: u8 = 10;
    pub(crate) const RS: u8 = 11;
    pub(crate) const ST: u8 = 12;
    pub(crate) const SP: u8 = 13;
    pub(crate) const WA: u8 = 14;
    pub(crate) const YM: u8 = 15;
    pub(crate) const SUBCONTRACTED: u8 = 16;
}

#[expect(clippy::too_many_arguments, reason = "a table row: one argument a column")]
const fn assay(
    id: u32,
    label: &'static str,
    title: &'static str,
    method: &'static str,
    category: &'static str,
    units: &'static str,
    price: u32,
    hours: f64,
    slots: &'static [u32],
    capacity: usize,
    failure: f64,
    analytes: &'static [&'static str],
) -> AssayKind {
    AssayKind {
        id,
        label: if label.is_empty() { None } else { Some(label) },
        title,
        method,
        category,
        units,
        price,
        hours,
        slots,
        saturdays: matches!(label.as_bytes(), b"MB" | b"YM" | b"CN" | b"ST" | b"PS"),
        capacity,
        failure,
        analytes,
    }
}

/// Every assay; the position is the compact key used in records.
#[rustfmt::skip]
pub(crate) static ASSAYS: [AssayKind; 17] = [
    assay(3, "CN", "Cannabinoids", "HPLC-DAD", "Chemistry", "%", 60, 6.0, OFTEN, 36, 0.020, CANNABINOIDS),
    assay(4, "MB", "Microbials", "qPCR and plating", "Microbiology", "CFU/g", 75, 20.0, TWICE, 32, 0.028, MICROBES),
    assay(6, "TP", "Terpenes", "GC-FID", "Chemistry", "%", 55, 7.0, TWICE, 36, 0.018, TERPENES),
    assay(7, "MY", "Mycotoxins", "LC-MS/MS", "Chemistry", "ug/kg", 70, 9.0, TWICE, 40, 0.015, MYCOTOXINS),
    assay(9, "HM", "Heavy Metals", "ICP-MS", "Chemistry", "mg/kg", 65, 8.0, TWICE, 40, 0.022, METALS),
    assay(10, "FFM", "Filth and Foreign Material", "Visual inspection", "Physical", "%", 20, 1.5, OFTEN, 40, 0.006, FILTH),
    assay(12, "HO", "Homogeneity", "HPLC-DAD", "Chemistry", "%", 180, 12.0, MORNING, 12, 0.045, HOMOGENEITY),
    assay(13, "HLVd", "Hop Latent Viroid", "RT-qPCR", "Genetics", "Ct", 35, 8.0, MORNING, 48, 0.020, VIROID),
    assay(15, "MC", "Moisture Content", "Loss on drying", "Physical", "%", 18, 3.0, OFTEN, 40, 0.007, MOISTURE),
    assay(16, "PS", "Pesticides", "LC-MS/MS and GC-MS/MS", "Chemistry", "mg/kg", 120, 13.0, TWICE, 40, 0.040, PESTICIDES),
    assay(19, "PN", "Plant Nutrients", "ICP-OES", "Chemistry", "mg/L", 48, 8.0, MORNING, 40, 0.012, NUTRIENTS),
    assay(20, "RS", "Residual Solvents", "Headspace GC-MS", "Chemistry", "mg/kg", 58, 4.0, OFTEN, 30, 0.018, SOLVENTS),
    assay(22, "ST", "Sterility", "Membrane filtration", "Microbiology", "CFU/mL", 95, 40.0, MORNING, 20, 0.020, STERILITY),
    assay(23, "SP", "Salmonella and Pathogens", "Enrichment and qPCR", "Microbiology", "CFU/g", 68, 22.0, TWICE, 32, 0.016, PATHOGENS),
    assay(26, "WA", "Water Activity", "Chilled mirror", "Physical", "aw", 16, 1.0, OFTEN, 40, 0.006, ACTIVITY),
    assay(27, "YM", "Yeast and Mold", "Plating", "Microbiology", "CFU/g", 40, 44.0, TWICE, 32, 0.024, MOLDS),
    assay(31, "", "Subcontracted analysis", "Partner laboratory", "Subcontracted", "", 150, 70.0, MORNING, 8, 0.010, &[]),
];

const CANNABINOIDS: &[&str] = &[
    "thca",
    "d9thc",
    "d8thc",
    "thcv",
    "thcva",
    "cbd",
    "cbda",
    "cbdv",
    "cbg",
    "cbga",
    "cbn",
    "cbc",
    "cbca",
    "total_thc",
];
const MICROBES: &[&str] = &[
    "total_aerobic",
    "coliforms",
    "ecoli",
    "salmonella",
    "listeria",
    "a_flavus",
    "a_fumigatus",
    "a_niger",
    "a_terreus",
];
const TERPENES: &[&str] = &[
    "myrcene",
    "limonene",
    "caryophyllene",
    "linalool",
    "a_pinene",
    "b_pinene",
    "humulene",
    "terpinolene",
    "ocimene",
    "bisabolol",
    "guaiol",
    "camphene",
    "nerolidol",
    "eucalyptol",
    "geraniol",
    "valencene",
    "fenchol",
    "borneol",
    "carene",
    "phellandrene",
];
const MYCOTOXINS: &[&str] = &["afla_b1", "afla_b2", "afla_g1", "afla_g2", "ochratoxin_a"];
const METALS: &[&str] = &["arsenic", "cadmium", "lead", "mercury", "chromium", "nickel"];
const FILTH: &[&str] = &["foreign_matter", "insects", "hair"];
const HOMOGENEITY: &[&str] = &["rep_1", "rep_2", "rep_3", "rep_4", "rep_5", "rsd"];
const VIROID: &[&str] = &["hlvd_ct", "control_ct", "ntc_ct"];
const MOISTURE: &[&str] = &["moisture", "tare", "dry_mass"];
const PESTICIDES: &[&str] = &[
    "abamectin",
    "acephate",
    "acequinocyl",
    "acetamiprid",
    "aldicarb",
    "azoxystrobin",
    "bifenazate",
    "bifenthrin",
    "boscalid",
    "captan",
    "carbaryl",
    "carbofuran",
    "chlordane",
    "chlorfenapyr",
    "chlorpyrifos",
    "clofentezine",
    "coumaphos",
    "cyfluthrin",
    "cypermethrin",
    "daminozide",
    "diazinon",
    "dichlorvos",
    "dimethoate",
    "dimethomorph",
    "ethoprophos",
    "etofenprox",
    "etoxazole",
    "fenhexamid",
    "fenoxycarb",
    "fenpyroximate",
    "fipronil",
    "flonicamid",
    "fludioxonil",
    "hexythiazox",
    "imazalil",
    "imidacloprid",
    "kresoxim",
    "malathion",
    "metalaxyl",
    "methiocarb",
    "methomyl",
    "mevinphos",
    "myclobutanil",
    "naled",
    "oxamyl",
    "paclobutrazol",
    "parathion",
    "permethrin",
    "phosmet",
    "piperonyl",
    "prallethrin",
    "propiconazole",
    "propoxur",
    "pyrethrins",
    "pyridaben",
    "quintozene",
    "spinetoram",
    "spinosad",
    "spiromesifen",
    "spirotetramat",
    "spiroxamine",
    "tebuconazole",
    "thiacloprid",
    "thiamethoxam",
    "trifloxystrobin",
    "novaluron",
];
const NUTRIENTS: &[&str] = &["nitrogen", "phosphorus", "potassium", "calcium", "magnesium", "iron"];
const SOLVENTS: &[&str] = &[
    "acetone",
    "benzene",
    "butanes",
    "chloroform",
    "ethanol",
    "heptanes",
    "hexanes",
    "isopropanol",
    "methanol",
    "pentanes",
    "propane",
    "toluene",
    "xylenes",
];
const STERILITY: &[&str] = &["growth_24h", "growth_48h", "control"];
const PATHOGENS: &[&str] = &["salmonella", "stec", "listeria_mono", "campylobacter"];
const ACTIVITY: &[&str] = &["aw_1", "aw_2", "aw_mean"];
const MOLDS: &[&str] = &["yeast_mold_rep1", "yeast_mold_rep2", "yeast_mold_mean"];

/// Business of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sector {
    Cannabis,
    Food,
    Environment,
    Internal,
}

/// One kind of material, with what a complete examination of it contains.
pub(crate) struct Matrix {
    pub(crate) name: &'static str,
    pub(crate) sub: &'static str,
    pub(crate) sector: Sector,
    pub(crate) weight: u32,
    /// Assay and probability of being ordered.
    pub(crate) panel: &'static [(u8, f64)],
}

/// Every matrix; the position is the compact key used in records.
#[rustfmt::skip]
pub(crate) static MATRICES: [Matrix; 14] = [
    Matrix { name: "Plant", sub: "Flower", sector: Sector::Cannabis, weight: 40, panel: FLOWER },
    Matrix { name: "Plant", sub: "Pre-roll", sector: Sector::Cannabis, weight: 16, panel: FLOWER },
    Matrix { name: "Plant", sub: "Trim", sector: Sector::Cannabis, weight: 5, panel: FLOWER },
    Matrix { name: "Concentrate", sub: "Live Resin", sector: Sector::Cannabis, weight: 10, panel: CONCENTRATE },
    Matrix { name: "Concentrate", sub: "Distillate", sector: Sector::Cannabis, weight: 8, panel: CONCENTRATE },
    Matrix { name: "Concentrate", sub: "Vape Cartridge", sector: Sector::Cannabis, weight: 9, panel: CONCENTRATE },
    Matrix { name: "Infused Product", sub: "Gummy", sector: Sector::Cannabis, weight: 8, panel: EDIBLE },
    Matrix { name: "Infused Product", sub: "Beverage", sector: Sector::Cannabis, weight: 3, panel: EDIBLE },
    Matrix { name: "Infused Product", sub: "Tincture", sector: Sector::Cannabis, weight: 3, panel: EDIBLE },
    Matrix { name: "Food", sub: "Baked Goods", sector: Sector::Food, weight: 10, panel: GROCERY },
    Matrix { name: "Food", sub: "Dairy", sector: Sector::Food, weight: 8, panel: GROCERY },
    Matrix { name: "Water", sub: "Irrigation Water", sector: Sector::Environment, weight: 10, panel: WATER },
    Matrix { name: "Soil", sub: "Growing Medium", sector: Sector::Environment, weight: 7, panel: SOIL },
    Matrix { name: "Swab", sub: "Surface", sector: Sector::Internal, weight: 1, panel: SWAB },
];

const FLOWER: &[(u8, f64)] = &[
    (at::CN, 1.0),
    (at::PS, 0.92),
    (at::HM, 0.88),
    (at::MB, 0.94),
    (at::MY, 0.72),
    (at::WA, 0.55),
    (at::MC, 0.48),
    (at::FFM, 0.40),
    (at::TP, 0.42),
    (at::YM, 0.20),
];
const CONCENTRATE: &[(u8, f64)] = &[
    (at::CN, 1.0),
    (at::RS, 0.96),
    (at::HM, 0.90),
    (at::PS, 0.92),
    (at::MY, 0.70),
    (at::MB, 0.62),
    (at::TP, 0.55),
    (at::FFM, 0.15),
];
const EDIBLE: &[(u8, f64)] = &[
    (at::CN, 1.0),
    (at::HO, 0.45),
    (at::MB, 0.92),
    (at::HM, 0.80),
    (at::WA, 0.60),
    (at::PS, 0.50),
    (at::MY, 0.55),
    (at::FFM, 0.35),
    (at::YM, 0.25),
];
const GROCERY: &[(u8, f64)] = &[
    (at::SP, 0.85),
    (at::YM, 0.70),
    (at::WA, 0.60),
    (at::MC, 0.40),
    (at::ST, 0.15),
    (at::MB, 0.45),
    (at::SUBCONTRACTED, 0.06),
];
const WATER: &[(u8, f64)] =
    &[(at::PN, 0.80), (at::HM, 0.75), (at::SP, 0.25), (at::ST, 0.30), (at::SUBCONTRACTED, 0.08)];
const SOIL: &[(u8, f64)] = &[(at::PN, 0.90), (at::HM, 0.70), (at::PS, 0.30), (at::MC, 0.25)];
const SWAB: &[(u8, f64)] = &[(at::MB, 1.0), (at::ST, 0.5)];

/// What development samples are asked for, with weights.
pub(crate) const DEVELOPMENT: &[(u8, u32)] = &[
    (at::CN, 60),
    (at::TP, 26),
    (at::HLVD, 16),
    (at::MB, 15),
    (at::YM, 9),
    (at::WA, 6),
    (at::HM, 6),
    (at::PS, 8),
    (at::HO, 2),
    (at::RS, 5),
];

/// Accessioning types: id, value, weight among cannabis customers.
pub(crate) const ACCESSIONING: [(u32, &str, u32); 8] = [
    (1, "Adult Use", 39),
    (2, "Medical MJ", 12),
    (3, "AU Client R&D", 25),
    (5, "R&D", 16),
    (6, "Hemp", 8),
    (8, "Food Safety", 0),
    (9, "Environmental", 0),
    (12, "Internal QC", 0),
];

/// True for accessioning types that need the whole panel of their matrix.
pub(crate) fn is_compliance(accession: u8) -> bool {
    !matches!(accession, 2 | 3)
}

/// True for accessioning types whose packages carry a METRC tag.
pub(crate) fn has_metrc(accession: u8) -> bool {
    matches!(accession, 0 | 1)
}

/// Panels: id, title, assays.
pub(crate) const PANELS: [(u32, &str, &[u8]); 4] = [
    (2, "Adult Use compliance, flower", &[0, 9, 4, 1, 3, 14, 8, 5]),
    (3, "Adult Use compliance, concentrate", &[0, 11, 4, 9, 3, 1]),
    (5, "Adult Use compliance, infused", &[0, 6, 1, 4, 14]),
    (8, "Food safety basic", &[13, 15, 14]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_sixteen_labels_are_offered_and_ids_are_distinct() {
        let mut labels: Vec<_> = ASSAYS.iter().filter_map(|assay| assay.label).collect();
        labels.sort_unstable();
        let mut expected =
            ["CN", "MB", "TP", "MY", "HM", "FFM", "HO", "HLVd", "MC", "PS", "PN", "RS", "ST", "SP", "WA", "YM"];
        expected.sort_unstable();
        assert_eq!(labels, expected);
        assert!(ASSAYS.is_sorted_by(|a, b| a.id < b.id));
    }
}
