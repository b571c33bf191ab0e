"""Where each number comes from: one short key per publication, spelled out once."""

REFERENCES: dict[str, str] = {
    "CRITERIA": "lupusmon rules, CRITERIA (the project's own page of rules)",
    "SLEDAI-2K": "Gladman DD et al. J Rheumatol 2002;29:288; 30-day window: Touma Z et al. Lupus 2010;19:49",
    "BILAG-2004": "Isenberg DA et al. Rheumatology 2005;44:902; renal rules as scored by UK JSLE; haematology unverified",
    "SRI": "Furie RA et al. Arthritis Rheum 2009;61:1143",
    "BICLA": "Wallace DJ et al. Ann Rheum Dis 2014;73:183; TULIP wording: Morand EF et al. NEJM 2020;382:211",
    "LLDAS": "Franklyn K et al. Ann Rheum Dis 2016;75:1615",
    "DORIS": "van Vollenhoven RF et al. Lupus Sci Med 2021;8:e000538 (PMC8614136)",
    "KDIGO-2024": "KDIGO 2024 Clinical Practice Guideline for lupus nephritis. Kidney Int 2024;105(1S)",
    "KDIGO-2012": "KDIGO Clinical Practice Guideline for Glomerulonephritis 2012, chapter 12",
    "BLISS-LN": "Furie R et al. NEJM 2020;383:1117",
    "AURORA-1": "Rovin BH et al. Lancet 2021;397:2070",
    "EULAR-2019": "Fanouriakis A et al. Ann Rheum Dis 2020;79:713",
    "IWG": "Rodeghiero F et al. Blood 2009;113:2386",
    "CKD-EPI-2021": "Inker LA et al. NEJM 2021;385:1737",
    "RCV": "Fokkema MR et al. Clin Chem 2006;52:1602 (log-normal reference change value); Harris EK",
    "EFLM": "EFLM Biological Variation Database medians (via CLINICAL S59)",
    "Ricos-2014": "Ricos C et al. biological variation list, 2014 update (unverified)",
    "Naresh-2012": "Naresh CN et al. Am J Kidney Dis 2012 (UPCR variability; CVi assumed from it)",
    "assumed": "no published figure found; engineering judgement",
    "ARUP": "ARUP reference interval, complement",
    "Mayo": "Mayo Clinic Laboratories reference interval",
    "label": "prescribing information of the drug",
    "Houssiau-2002": "Houssiau FA et al. Arthritis Rheum 2002;46:2121 (Euro-Lupus)",
    "NIH": "Austin HA et al. NEJM 1986;314:614; Gourley MF et al. Ann Intern Med 1996;125:549",
    "Merrill-2010": "Merrill JT et al. Arthritis Rheum 2010;62:222 (EXPLORER)",
    "REGENCY": "Furie RA et al. NEJM 2025;392:1471 (obinutuzumab in lupus nephritis)",
    "Maier-1990": "Maier WP et al. Am J Hematol 1990 (IVIG in SLE thrombocytopenia)",
}

UNVERIFIED = frozenset({"Ricos-2014", "assumed", "Naresh-2012"})
