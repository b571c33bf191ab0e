"""Names of tests and drugs met in exports and unseen ones: `|` separates them."""

# ruff: noqa: E501

KNOWN: dict[str, str] = {
    "C3": """
        Complement C3, Serum (mg/dL) | S-Complement C3 | P-Complement C3 |
        Complement C3 [Mass/volume] in Serum or Plasma | C3 (mg/dL) | C3 [g/L] | Complément C3 | Complement fraction C3 |
        Fraction C3 du complément | Complemento C3 | Complemento fracción C3 | Complemento, C3 | C3 Komplement |
        Komplement C3c | Komplementfaktor C3 | Complementfactor C3 | Complément (C3) | Fração C3 do complemento |
        Complemento C3 sérico | Frazione C3 del complemento | C3 del complemento | C3 – complement |
        COMPLEMENT COMPONENT C3 | Complement C3 (C3c) | C3C | C-3 | C 3 | C₃ | Ｃ３ | С3 | C\u200b3 | complement_c3 |
        ComplementC3 | complementC3 | complement.c3 | C3 Complement, S | Complement C3, S | C3, Serum | Serum C3 |
        serum complement C3 | C3 level | C3 Compl | COMPL C3 | Compl. C3 | C3 SerPl-mCnc | Complement C3 SerPl-mCnc |
        4485-9^Complement C3^LN | C3 - Complement C3 | Complement component 3 (C3) | C3 (complement) |
        Complement C3 nephelometry | Complement C3 antigen | C3 complement component | C3 Complement (Quest) |
        B1C globulin | β1C-globulin | Complement, component 3 | Complement factor 3 | Komplement C3 im Serum |
        Complemento C3 (nefelometría) | C3 complement level | Total C3 | C3 concentration | Dosage du complément C3 |
        Complement C-3 | C3-Complement | Complement-3 | C3 (Complement Component 3), Serum | Complement Component C3c |
        C3 complément (g/L) | Compl.C3 | COMPLEMENT C3 QUANT | Serum Complement Component 3 (C3) |
        COMPLEMENT COMPONENT C3C | Complemento C'3 | complement, C3 | C3-complement, serum | CBC: C3 | Complement C3: |
        C3* | C3 (serum) | Complement C3 protein | COMPLEMENTO C3 (BIOQUIMICA) | Komplement C3 (quantitativ) |
        C3-Komplement i.S. | complement C3 (turbidimetry) | Complement C3 mass/volume | Complement (C3) |
        C3 component of complement |
        Kompl. C3 | Składowa C3 dopełniacza
        """,
    "C4": """
        Complement C4, Serum | S-Complement C4 | C4c | Complément C4 | C4 (g/L) | Complement component 4 | C4 SerPl-mCnc |
        Complemento C4 | С4 | COMPLEMENT 4 | C4, plasma | Complement C4c | C4 Komplement | C4 level | fraction C4
        """,
    "CH50": """
        CH50 | CH-50 | CH 50 | Total hemolytic complement | Total haemolytic complement (CH50) |
        Complement total hemolytic CH50 [Units/volume] in Serum or Plasma | CH50 SerPl-aCnc | Complement, Total (CH50) |
        Complement total | Total complement | Complément total CH50 | Complément hémolytique total | Complemento total |
        Complemento hemolítico total (CH50) | Complemento hemolítico 50 | CH50 complement | Complement CH50, serum |
        Complement activity, total | complement hemolytic activity | Gesamtkomplement |
        Gesamthämolytische Komplementaktivität | Komplement CH50 | Total complement activity (CH50) |
        Complement, total hemolytic | Complemento emolitico totale | Hemolytic complement, total | CH50 (U/mL) |
        CH50, Total Complement | Complement Total Hemolytic | Total Complement CH50 | CH50 Total hemolytic | CH50 (EIA) |
        Complement CH50, Functional | CH50 Activity | Complement activity CH50 | Hemolytic complement CH50 |
        Complément hémolytique 50 | Activité hémolytique du complément (CH50) | Complement Total (CH50), S |
        CH-50 (Liposome) |
        Hämolytische Gesamtaktivität | Activité hémolytique du complément | Attività emolitica totale del complemento
        """,
    "DSDNA": """
        Anti ds-DNA IgG (ELISA) | anti-dsDNA IgG | Anti-ds DNA | dsDNA | ds-DNA antibody | dsDNA Ab | DNA (ds) Antibody |
        Anti-DNA (double stranded) | Anti-double-stranded DNA | DNA double strand Ab [Units/volume] in Serum |
        DNA double strand IgG Ab [Units/volume] in Serum by Immunoassay |
        DNA double strand Ab [Titer] in Serum by Immunofluorescence | dsDNA Ab Ser IA-aCnc | dsDNA IgG Ser-aCnc |
        Anti-DNA | Anticuerpos anti-DNA | Anticuerpos anti DNA nativo | Anticuerpos anti-DNAds | Anti-ADN |
        Anti-ADN natif | Anticorps anti-ADN natif | Anticorps anti-ADN double brin | Ac anti-DNA | Ac. anti-dsDNA |
        Anti-ADN bicaténaire | anti-DNA de doble cadena | Anticorpos anti-DNA nativo | Anti-DNA dupla hélice |
        Anticorpi anti-dsDNA | Anti DNA nativo (dsDNA) | Anticorpi anti DNA doppia elica | Anti-dsDNA-Antikörper |
        dsDNA-AK | ds-DNA-Antikörper | Doppelstrang-DNA-Antikörper | Autoantikörper gegen dsDNA | anti-dsDNA antistoffen |
        dsDNA antistoffen | Anti-dsDNA (Farr) | Farr assay | dsDNA (Crithidia) | Crithidia luciliae dsDNA |
        Anti-dsDNA Crithidia luciliae IFA | anti-nDNA | anti-native DNA | native DNA antibody | Antibodies to dsDNA |
        DNA antibody | dsDNA antibodies, IgG | Anti DsDNA Ab | ANTI DS DNA | anti dsdna (IU/mL) | anti-dsDNA [IU/mL] |
        AntiDsDNA | AntidsDNA | ADNA | anti–dsDNA | ANTI DNA DS | dsDNA Abs | Anti-dsDNA, serum | DS-DNA Antibody, IgG |
        Double stranded DNA Ab | DNA double-stranded antibody | ds-DNA Ab IgG, EIA | anti-dsDNA IgG FEIA |
        anti-dsDNA quantitative | DNA-ds-Ak | Anti-DNA (DS) Ab Qn | dsDNA Ab (Crithidia), IFA | DNA (DS) AB |
        DNA AB (DS) CRITHIDIA,IFA | dsDNA Ab by Crithidia luciliae IFA | ANTI-DNA DOUBLE STRANDED IGG |
        ANTI DNA DOBLE CADENA | ANTI DNA-DS | anti-DNA n | Ac anti DNA nativo IgG |
        Anti-double stranded DNA (anti-dsDNA) | anti-dsDNA antibodies (IgG) | Anti-dsDNA titre | dsDNA antibody titer |
        Anti-ds-DNA-Ak (IgG) | dsDNA IgG antibodies | Anti dsDNA Quantitative | DNA antibodies, double-stranded |
        Double-Stranded DNA (dsDNA) Antibodies, IgG | dsDNA-antistoffen IgG | Anti-double-stranded-DNA |
        Auto-antibodies to dsDNA | anti double strand DNA | anticorps anti-DNA | Ac anti-ADN natif (Farr) |
        anti-DNA ds IgG | DNA antibodies (Farr) | Antibody to double stranded DNA | Anti-dsDNA by CLIA | dsDNA, IgG |
        Anti dsDNA - ELISA | Anti-dsDNA (NcX) | DsDNA Autoantibody |
        Anti-ADNdc | przeciwciała anty-dsDNA | Crithidia-luciliae-Test | Anticorpi anti-DNA a doppia elica
        """,
    "UPCR": """
        UPCR | Protein/Creatinine ratio, spot urine | Urine protein to creatinine ratio | Protein-to-creatinine ratio |
        Protein to creatinine ratio (urine) | Protein/Creatinine [Mass Ratio] in Urine | Prot/Creat Ur-mRto |
        Prot/Creat Ur | Protein:creatinine ratio | Urine Prot/Creat | U-Protein/Creatinine | U-Prot/Krea |
        Protein/Kreatinin-Quotient | Protein/Kreatinin im Urin | Protein-Kreatinin-Quotient | Eiweiß/Kreatinin-Quotient |
        Urin Protein/Kreatinin | Rapport protéine/créatinine | Rapport protéines/créatinine urinaire |
        Protéinurie/créatininurie | rapport protéinurie/créatininurie | Protéines/créatinine |
        Cociente proteína/creatinina | Cociente proteínas/creatinina en orina | Relación proteína/creatinina |
        Índice proteína/creatinina | Índice proteinuria/creatinuria | Razón proteína/creatinina |
        Relação proteína/creatinina | Relação proteína/creatinina urinária | Rapporto proteine/creatinina |
        Rapporto proteine/creatinina urinarie | Proteinuria/creatininuria | eiwit/kreatinine ratio |
        Eiwit/creatinine ratio urine | protein creatinine ratio | urine_protein_creatinine_ratio |
        UrineProteinCreatinineRatio | UPr/Cr | P/C ratio | Urine P/C ratio | uPCR | UPC ratio |
        Spot urine protein/creatinine | Random urine protein/creatinine ratio | Protein/Creatinine Ratio, 24 hr urine |
        Total protein/creatinine ratio | Protein, Urine/Creatinine, Urine | PROTEIN/CREA | Protein / Creatinine |
        protein/creatinine (mg/mmol) | Urine PCR | PCR (urine) | UPCR (g/g) | Protein/creatinine ratio [mg/g] |
        proteincreatinineratio | protein/Cr ratio | First morning urine protein/creatinine ratio | Protein/Creat Ratio |
        RELACIÓN PROTEINA/CREATININA EN ORINA AL AZAR | Razón proteinuria/creatininuria |
        Índice proteinuria/creatininuria | Protein Creatinine Ratio Urine (PCR) | Protein:Creatinine |
        PROTEIN/CREATININE RATIO, RANDOM URINE | Urine Protein Creatinine Ratio (UPCR) | uPCR spot | U Prot/Creat ratio |
        PROT/CREA RATIO URINE | Protein/Creatinine Ratio (PCR) | Urine protein/urine creatinine |
        Proteine/creatinina (urine) | Proteínas/Creatinina (orina) | Protéine/créatinine (urines) | TP/Creat ratio |
        Total Protein/Creat Ratio, Urine | urine prot:creat | Prot:Creat ratio | U-Prot/Crea | spot UPCR |
        Protein/creatinine index | Protein/Creatinine quotient (urine) |
        Protein/Kreatinin i.U. | Protéinurie sur créatininurie | białko/kreatynina | uPr/uCr | P/C Ratio Urine
        """,
    "UACR": """
        UACR | ACR | Albumin/Creatinine Ratio | Urine albumin to creatinine ratio |
        Albumin/Creatinine [Mass Ratio] in Urine | Microalbumin/Creatinine [Mass Ratio] in Urine |
        Microalbumin/creat ratio | Albumin/Kreatinin-Quotient | Cociente albúmina/creatinina |
        Relación albúmina/creatinina | Rapport albumine/créatinine | Rapporto albumina/creatinina |
        Relação albumina/creatinina | albumine/creatinine ratio | albuminurie/créatininurie |
        Microalbuminuria/creatinina | Alb/Creat | MALB/CREAT | Microalbumin, Urine / Creatinine, Urine |
        albumin-to-creatinine ratio, random urine | Albumin:creatinine | Albumin/Creat Ratio, Urine |
        Microalbumin/Creat. Ratio | Urine ACR | Albumin Creatinine Ratio, Random Urine |
        MICROALBUMIN/CREATININE RATIO, RANDOM URINE | Alb/creat ratio (ACR) | Microalbuminuria/creatininuria |
        RAC urinaire
        """,
    "PLT": """
        Platelets, EDTA blood | Platelets [#/volume] in Blood by Automated count | Platelets [#/volume] in Blood |
        Platelet # Bld Auto | Platelets (PLT) | PLT (10^9/L) | PLT count | Thrombozyten | Thrombozytenzahl |
        B-Thrombocytes | B-Trombocyter | Plaquetas, recuento | Recuento de plaquetas | Contagem de plaquetas |
        Conta piastrine | Piastrine | Trombocyten | Bloedplaatjes | Numération des plaquettes | Plaquettes sanguines |
        Trombocitos | Platelets x10^3/uL | platelets | Plts | PLATELET COUNT, AUTOMATED | Blood platelets |
        Platelet count (citrate) | Thrombocyte count | Platelets K/uL | PLT - Platelets | Platlet count |
        Platelets (citrate) | Thrombocytes (EDTA) | Total platelet count | plateletcount | Тромбоциты |
        Platelets (K/mcL) | CBC - Platelets | CBC: PLT | Platelet Count (Thousand/uL) | Hemograma - Plaquetas |
        Plaquettes (NFS) | Platelets, whole blood | Platelets (Automated) | platelet # | # platelets |
        Thrombocytes, blood | PLATELETS AUTO | Thrombozyten (EDTA) | Plaquetas (hemograma) | Platelets Count |
        Thrombozyten i.B. | Thromboz. | Płytki krwi | Thrombozyten (maschinell)
        """,
    "CREAT": """
        Creatinine | Creatinine, serum | Creatinine [Mass/volume] in Serum or Plasma |
        Creatinine [Moles/volume] in Serum or Plasma | Creat SerPl-mCnc | Serum creatinine | S-Creatinine | P-Creatinine |
        fP-Krea | P-Kreatinin | Kreatinin | Kreatinin im Serum | Serumkreatinin | Kreatinin (enzymatisch) | Creatinina |
        Creatinina sérica | Creatinina en suero | Creatinina (sangue) | Créatinine | Créatininémie |
        Créatinine plasmatique | Creatinina sierica | Kreatinine | creatinine (umol/L) | Creatinine, Plasma |
        CREATININE,SERUM | Creatinine (enzymatic) | Creatinine Jaffe | Cr | SCr | Plasma creatinine | Creatinine - blood |
        Creatinine,S | Crea | creatinine_serum | serum_creatinine | SerumCreatinine | Creatinine level, serum |
        Креатинин | Creatinine, Ser | Creatinine Serum/Plasma | CREATININE,S | Creatinine (S) | Creatinine [serum] |
        Serum Creat | Creatinine, Blood | Creat (umol/L) | creatinine mg/dL | Kreatinin (Serum) | Créatinine (sang) |
        Créatinine sanguine | Creatinina plasmática | Creatinina en sangre | Creatininemia | CREATININE, PLASMA |
        Creatinine Bld | BMP: Creatinine | CMP Creatinine | Creatinine Enzymatic | Kreatinin (Jaffé)
        """,
    "EGFR": """
        eGFR | GFR | Estimated GFR | eGFR (CKD-EPI) | eGFR CKD-EPI 2021 | CKD-EPI eGFR | Glomerular filtration rate |
        Estimated glomerular filtration rate | Glomerular filtration rate, estimated |
        Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI 2021) |
        GFR/BSA.pred SerPl MDRD-ArVRat | eGFR non-African American | EGFR (MDRD) | eGFRcr | GFR (MDRD) | Pt-eGFR | DFG |
        DFG estimé | DFG (CKD-EPI) | Débit de filtration glomérulaire | TFG | TFGe | Tasa de filtración glomerular |
        Filtrado glomerular estimado | Filtrado glomerular (CKD-EPI) | Taxa de filtração glomerular |
        Filtrato glomerulare stimato (CKD-EPI) | Velocità di filtrazione glomerulare | Glomeruläre Filtrationsrate |
        GFR (geschätzt) | eGFR, creatinine-based | e-GFR | eGFR (mL/min/1.73m2) | eGFR [mL/min/{1.73_m2}] |
        GFR, Estimated | GFR Non-Black | CKD-EPI GFR | GFR estimated by MDRD | eGFR If NonAfricn Am | eGFR If Africn Am |
        GFR est non-afr amer | EGFRcr (2021) | eGFR (2021 CKD-EPI) | eGFR CKD EPI Creatinine 2021 | Est. GFR |
        Est GFR (CKD-EPI) | eGFR nach CKD-EPI | GFR (CKD-EPI-Formel) | GFR, calculated | Calculated GFR | eGFR calc |
        Estimated GFR (CKD-EPI 2021, race-neutral) | Glomerular Filtration Rate (eGFR) | eGFR - CKD-EPI |
        DFG estimé (CKD-EPI) | FGe (CKD-EPI) | eGFR MDRD4 | MDRD eGFR |
        GFR n. CKD-EPI
        """,
    "WBC": """
        WBC | White blood cells | White blood cell count | White cell count | Leukocytes |
        Leukocytes [#/volume] in Blood by Automated count | WBC # Bld Auto | Leukozyten | Leukozytenzahl | Leucocitos |
        Leucócitos | Leucocytes | Globules blancs | Glóbulos blancos | Globuli bianchi | Leucociti | Leukocyten |
        Recuento de leucocitos | Leucocitos totales | Total WBC count | Total leukocyte count | B-Leukocytes |
        White count | WBC (K/uL) | Leukocytes (WBC) | WBC - Leukocytes | WBC, blood | leukocyte count |
        Numération des leucocytes | Leukocyte | W.B.C. | Leucocitos en sangre | Лейкоциты | WBC (x10E3/uL) | CBC WBC |
        White Blood Count | WBC Auto | Leukozyten i. Blut | Leukocytes, total | Leucocitos (hemograma) |
        White Blood Cell (WBC) Count
        """,
    "HGB": """
        Hemoglobin | Haemoglobin | HGB | Hb | Hgb | Hemoglobin [Mass/volume] in Blood | Hgb Bld-mCnc | B-Hemoglobin |
        B-Hb | Hämoglobin | Hemoglobina | Hémoglobine | Emoglobina | Hemoglobine | Hemoglobin, blood | Blood hemoglobin |
        HGB (g/dL) | Hemoglobin (Hgb) | Total hemoglobin | Hemoglobin level | Hb concentration | Hemoglobin (g/dL) |
        HGB Bld | Hemoglobin, Whole Blood | CBC Hemoglobin | Hb (Hemoglobin) | Hämoglobin (Hb) | Hemoglobina (Hb) |
        HAEMOGLOBIN (HB) | Hemoglobin Bld Qn | Hgb-blood | Haemoglobin estimation
        """,
    "NEUT": """
        Neutrophils | Neutrophils absolute | Absolute neutrophils | Absolute neutrophil count | ANC |
        Neutrophils [#/volume] in Blood by Automated count | Neutrophils # Bld Auto | NEUT# | Neutrophils, Abs |
        Abs neutrophils | Neutrófilos | Neutrófilos absolutos | Neutrophile absolut | Neutrophile Granulozyten |
        Polynucléaires neutrophiles | Neutrofili | Neutrofielen | Neutrophils (absolute) | Neutrophil count | Neutro Abs |
        PNN | Neutrophils (10^9/L) | Neutrophils, absolute count | Neutrophils (Absolute) | Neutrophil Abs |
        Neutrophil # | Abs. Neutrophils | Neutrophils Absolute Count | ANC (absolute neutrophil count) |
        Neutrophils Auto # | Neutrophils.total | Absolute Neuts
        """,
    "LYMPH": """
        Lymphocytes | Absolute lymphocytes | Absolute lymphocyte count | ALC |
        Lymphocytes [#/volume] in Blood by Automated count | Lymphocytes # Bld Auto | LYMPH# | Lymphs abs | Linfocitos |
        Linfocitos absolutos | Linfócitos | Lymphozyten | Lymphozyten absolut | Linfociti | Lymfocyten |
        Lymphocytes, total | Lymphocyte count | Total lymphocyte count | Lymphocytes (absolute) | Lymphs (Absolute) |
        Lymphocyte Abs | Lymphocyte # | Absolute Lymphs | Lymphocytes Auto # | Lymphozyten (abs.) |
        Linfocitos (absoluto) | Linfocitos totales
        """,
    "ALB": """
        Albumin | Albumin, serum | Serum albumin | Albumin [Mass/volume] in Serum or Plasma | Albumin SerPl-mCnc |
        S-Albumin | P-Albumin | Albúmina | Albúmina sérica | Albumine | Albumina | Albumin im Serum | Serumalbumin |
        Albumin (BCG) | Albumin (g/L) | Albumin level | Plasma albumin | Albumin BCP | Albumin, Ser | Albumin (S) |
        Albumin SerPl BCG-mCnc | CMP Albumin | Albumin, Plasma | Albúmina en suero | Albumine sérique | ALBUMIN,SERUM |
        Albuminemia
        """,
    "UPROT24": """
        24 hr Protein | 24-hour urine protein | Urine protein 24h | Protein, 24 hour urine |
        Protein [Mass/time] in 24 hour Urine | Prot 24h Ur-mRate | Proteinuria 24h | Proteinuria de 24 horas |
        Proteinuria en orina de 24 h | Proteínas en orina de 24 horas | Protéinurie des 24 heures | Protéinurie/24h |
        Protein im 24h-Urin | Protein im 24-Stunden-Urin | Proteinúria de 24 horas | Proteinuria 24 ore |
        Proteine urinarie 24 ore | eiwit 24-uurs urine | Protein excretion, 24 h | 24h protein excretion |
        24 h proteinuria | dU-Protein | Total protein, 24 hour urine | Urine total protein 24 h |
        Daily protein excretion | Urine protein (g/24h) | Proteinuria (mg/24 h) | 24h-proteinuria | Protein urine 24 hr |
        Protein,Total,Urine 24hr | Protein, 24H Ur | Prot,24hr calculated | PROTEINURIA EN 24 HORAS |
        PROTEINAS ORINA 24H | 24 HR URINE PROTEIN | Urine Protein, 24 Hour | Protein (24h urine) | 24-h proteinuria |
        Total Urine Protein 24h | Urinary protein excretion 24h | Proteinuria/24h | Proteinuria giornaliera |
        24h-Urin Protein | Protein quantitative 24 hr urine | Urine protein g/24h | Protein excretion (g/day) |
        UPROT 24h | 24-hour proteinuria |
        Eiweißausscheidung 24h
        """,
    "URBC": """
        Urine RBC | RBC, urine | RBC urine | Urine red blood cells |
        Erythrocytes [#/area] in Urine sediment by Microscopy high power field | RBC #/area UrnS HPF | RBC/HPF |
        RBC (/HPF) | RBC, UA | Urinalysis RBC | Urine sediment RBC | U-Erythrocytes | Hematíes en orina |
        Hématies urinaires | Eritrocitos en orina | Erythrozyten im Urin | Eritrociti urine | Hemácias na urina |
        erytrocyten urine | Red blood cells (urine) | Urine erythrocytes | Red cells, urine microscopy | RBC in urine |
        UA RBC/HPF | RBC, UA (per HPF) | Urine RBC (cells/HPF) | RBC Urine Microscopy | Urinary RBCs | Urinalysis: RBC |
        Urine Micro RBC | Hematíes (sedimento) | Erythrocytes (urine sediment) | RBC's/HPF |
        Erythrozyten i. Urin
        """,
    "UWBC": """
        Urine WBC | WBC, urine | WBC/HPF | Pus cells | Pus cells /HPF |
        Leukocytes [#/area] in Urine sediment by Microscopy high power field | WBC #/area UrnS HPF | Leucocitos en orina |
        Leucocytes urinaires | Leukozyten im Urin | Urine leukocytes | White blood cells, urine | Leucócitos na urina |
        WBC (urine) | Piócitos | leukocyten urine | UA WBC/HPF | WBC, UA (per HPF) | Urine WBC (cells/HPF) |
        Urinary WBCs | Leucocitos (sedimento) | Leukocytes (urine sediment) | Urine pus cells | Pus cells (urine) |
        Leukozyten i.U.
        """,
    "CRP": """
        CRP | C-reactive protein | C reactive protein | C-Reactive Protein (CRP) | hs-CRP | CRP, high sensitivity |
        High sensitivity C-reactive protein | C reactive protein [Mass/volume] in Serum or Plasma |
        C reactive protein [Mass/volume] in Serum or Plasma by High sensitivity method | CRP SerPl-mCnc |
        CRP SerPl HS-mCnc | Proteína C reactiva | Proteína C-reactiva (PCR) | PCR ultrasensible | Proteína C Reativa |
        Protéine C réactive | Proteina C reattiva | Proteina C reattiva (PCR) | C-reaktives Protein |
        C-reactief proteïne | CRP (mg/L) | P-CRP | CRP, serum | Protéine C-réactive | PCR-us | CRP quantitative |
        CRP hochsensitiv | proteina c reactiva ultrasensible | C-Reactive Protein, Quant | C-Reactive Protein, Cardiac |
        CRP-High Sensitivity | Proteína C Reactiva (PCR) cuantitativa | CRP (C-reactive protein) |
        C-reactive protein - hs | hs C-reactive protein | Protein C-reactive | PCR (proteína C reactiva) |
        C reactive protein, serum | CRP, Inflammation | CRP (quantitative) | C-RP |
        CRP (ultrasensitiv)
        """,
    "ESR": """
        ESR | Erythrocyte sedimentation rate | Sedimentation rate | Sed rate | ESR (Westergren) |
        Erythrocyte sedimentation rate by Westergren method | VSG | VHS | VES | VS | BSG | BKS | Blutsenkung |
        Velocidad de sedimentación globular | VSG 1 hora | Vitesse de sédimentation | VS 1ère heure |
        Velocità di eritrosedimentazione | Velocidade de hemossedimentação | Bezinking | Eritrosedimentación |
        ESR, 1 hour | ESR (mm/hr) | Sedimentation Rate, Westergren | Blutsenkungsgeschwindigkeit | B-ESR |
        Sedimentation Rate-Westergren | ESR-Westergren | ESR (1 hr) | Sed Rate by Westergren | Sed rate, automated |
        Velocidad de sedimentación (VSG) | Erythrocyte Sed Rate | ESR, Westergren | Eritrosedimentación (1ª hora) |
        VHS (1 hora) | Vitesse de sédimentation 1h | BSG nach Westergren | BSG 1. Std | RBC sedimentation rate
        """,
    "IGG": """
        IgG | Immunoglobulin G | IgG [Mass/volume] in Serum or Plasma | IgG SerPl-mCnc | Inmunoglobulina G |
        Immunoglobulin G, serum | IgG, serum | S-IgG | Total IgG | IgG total | Immunoglobuline G | Immunglobulin G |
        Imunoglobulina G | Immunoglobulin G, Qn | IgG quantitative | IgG (g/L) | Ig G | Immunoglobulin G (IgG) |
        Immunoglobulina G | Immunoglobulin G, Qn, Serum | Immunoglobulin G, Quant | IgG, Quantitative |
        IMMUNOGLOBULIN IGG | Immunoglobulins, IgG | IgG Immunoglobulin | Serum IgG level
        """,
}
# none of these is a test we follow
OTHERS = """
        Propionylcarnitine | C3 propionylcarnitine | Propionyl carnitine (C3) | C3 acylcarnitine | C3-carnitine |
        Acylcarnitine C3 | C3 (propionyl) | C3-DC | C3DC | C3/C2 | C3/C2 ratio | C3 DBS | C4 DBS | C4-OH | C4OH | C4-DC |
        C4 butyrylcarnitine | Butyryl-/Isobutyrylcarnitine (C4) | C4/C2 | C4/C3 acylcarnitine
        C3a | C3b | C3d | C3dg | C3a desArg | iC3b | C3bBb | C4a | C4b | C4d | C4A gene | C4B gene copies | C5 | C2 |
        C1q | Complement C1q | Complement C2 | Complement C5 | C5a | Complement C9 | Complement factor B |
        Complement factor H | Complement Factor I | C3 nephritic factor | C3NeF | C3 convertase | C3 proactivator |
        C4 binding protein | C4BP | C1 inhibitor | C1 esterase inhibitor | C1-INH function | Anti-C1q | C1q antibodies |
        C3 deposition, biopsy | C3 immunofluorescence | C4d staining | Complement AH50 | AH50 | CH100 |
        Alternative pathway AP50 | C3 split products | C3 degradation products | C3 antibody | Anti-C3 | C3 gene |
        C3 receptor | MBL | Complement C3d | Complement C4d | Complement C3a | sC5b-9 | C3, urine | C4, CSF |
        C3 in synovial fluid | Cervical C3 | C3 vertebra | CD3 | C3 / C3d ratio | C3d/C3 ratio | Properdin | C3 % | C4 %
        Anti-ssDNA | ssDNA Ab | Single stranded DNA antibody | DNA single strand Ab [Units/volume] in Serum |
        Anti-DNA (ss) | DNase B | Anti-DNase B | Antistreptococcal DNase-B | DNase I activity | EBV DNA | EBV DNA PCR |
        HBV DNA | Hepatitis B virus DNA | CMV DNA | CMV DNA quantitative | BK virus DNA, urine | BKV DNA | JC virus DNA |
        HPV DNA | HSV DNA | HHV-6 DNA | VZV DNA | Parvovirus B19 DNA | Adenovirus DNA | Toxoplasma DNA | MTB DNA |
        Cell-free DNA | cfDNA | Circulating tumor DNA | DNA extraction | DNA methylation | DNA ploidy | DNA index |
        DNA sequencing | Mitochondrial DNA | Fetal DNA | DNA genotype | DNA bank | Chlamydia DNA | dsRNA antibody |
        dsDNA, CSF | Anti-dsDNA IgM | dsDNA IgA | Anti-RNA polymerase III | Anti-nucleosome | Anti-histone |
        Anti-chromatin | ANA | Antinuclear antibodies | anti-Sm | Anti-Smith | anti-RNP | SSA | ENA | Viral DNA load |
        DNA viral load | HIV proviral DNA | Anti-ADN simple brin | Anti-DNA monocatenario | anti-DNA desnaturalizado |
        Hepatitis B DNA
        Protein | Total protein | Protein, total | Urine protein | Protein, urine | Protein [Mass/volume] in Urine |
        Protein CSF | Protein C | Protein S | Protein C activity | Protein electrophoresis | Protein/osmolality ratio |
        Calcium/creatinine ratio | Calcium/Creatinine, urine | Amylase/creatinine | Oxalate/creatinine |
        Citrate/creatinine | Sodium/creatinine | Potassium/creatinine ratio | Uric acid/creatinine | Urate/creatinine |
        Urea/creatinine ratio | BUN/Creatinine ratio | BUN/Creat | Glucose/creatinine | NAG/creatinine |
        Beta-2-microglobulin/creatinine | Alpha-1-microglobulin/creatinine | Retinol binding protein/creatinine ratio |
        RBP/creatinine | Dopamine/creatinine | Metanephrine/creatinine | HVA/creatinine | VMA/creat |
        Cortisol/creatinine ratio | Phosphate/creatinine | Magnesium/creatinine | Copper/creatinine | Mercury/creatinine |
        Lead/creatinine ratio | Bence Jones protein/creatinine | Orotic acid/creatinine | Methylmalonic acid/creatinine |
        IgG/creatinine ratio | Kappa/creatinine | Creatinine/protein ratio | Creatinine/Protein [Mass Ratio] in Urine |
        Protein/Creatinine clearance ratio | Protein creatinine ratio CSF | Monoclonal protein/creatinine |
        Globulin/creatinine | Cystatin C/creatinine | Creatine/creatinine
        Creatinine clearance | Creatinine, urine | Urine creatinine | Creatinine [Mass/volume] in Urine | U-Creatinine |
        Creatinine, 24 hour urine | 24h creatinine | Creatinine [Mass/time] in 24 hour Urine | Creatinine, peritoneal |
        Creatinine fluid | Creatinine, body fluid | Creatinine, ascites | Creatinine drain | Creatinine dialysate |
        Creatinine amniotic fluid | Creatinine, random urine | Random urine creatinine | Creatinine, spot |
        Creatinina en orina | Creatinina urinaria | Creatinina orina 24h | Créatininurie | Créatinine urinaire |
        Kreatinin im Urin | Creatinina urinária | Creatinina urinaria 24 h | Creatine | Creatine kinase |
        Creatinine kinase | CK | Urinary creatinine excretion | Depuración de creatinina | Aclaramiento de creatinina |
        Clairance de la créatinine | Kreatinin-Clearance | Creatininclearance | Clearance de creatinina |
        Creatinine % change | Creatinine ratio | Cystatin C | Pseudocreatinine | Creatinine antibody
        eGFR cystatin C | eGFRcys | Cystatin C eGFR | eGFR (creatinine-cystatin C) |
        Glomerular filtration rate by Cystatin C | Measured GFR | GFR, iohexol | Isotopic GFR | Anti-EGFR |
        EGFR mutation | EGFR gene | Cockcroft-Gault | CrCl (Cockcroft-Gault) | mGFR DTPA
        MPV | Mean platelet volume | Platelet volume | Platelet volume, mean | VPM | Volumen plaquetario medio |
        Volume plaquettaire moyen | Mittleres Thrombozytenvolumen | PDW | Platelet distribution width | Plateletcrit |
        PCT | P-LCR | Platelet large cell ratio | Large platelets | Giant platelets | Platelet clumps | Platelet smear |
        Platelet estimate | Platelets, estimate | Platelet aggregation | Platelet function | Platelet antibody |
        Anti-platelet antibodies | Immature platelet fraction | IPF | Reticulated platelets | CD61 platelets |
        Platelet morphology | Platelet comment | Platelet-rich plasma | Platelet adequacy | Platelet/lymphocyte ratio |
        PLR | Platelets % | Platelet transfusion | Platelet factor 4 | Platelet-associated IgG | Antiplatelet antibody |
        Platelets, pleural fluid | Platelet satellitism | Platelet lymphocyte ratio | Plaquetas gigantes |
        Agregados plaquetarios
        HbA1c | Hemoglobin A1c | Hemoglobin A1c/Hemoglobin.total in Blood | Glycated hemoglobin | Glycohemoglobin |
        Hemoglobin A2 | Hemoglobin F | Hemoglobin S | HbS | HbF | Hemoglobin electrophoresis | Hemoglobin, urine |
        Urine hemoglobin | Free hemoglobin | Plasma hemoglobin | Hemoglobin, plasma | Serum hemoglobin |
        Carboxyhemoglobin | Methemoglobin | Oxyhemoglobin | Fetal hemoglobin | MCH | MCHC | Mean corpuscular hemoglobin |
        Mean cell hemoglobin concentration | Reticulocyte hemoglobin | CHr | Hemoglobin distribution width | Myoglobin |
        Fecal hemoglobin | Hemoglobina glicosilada | Hémoglobine glyquée | HbA1c (%) | Hemoglobin % | Stool hemoglobin |
        Hb A1c | Hb A2 | HGB A1C | Hemoglobin variants | Hemoglobin C | Hemoglobin cord blood
        WBC CSF | Leukocytes, CSF | WBC, body fluid | WBC synovial fluid | WBC differential | WBC % | WBC casts |
        WBC clumps | Leukocyte esterase | Leukocyte esterase, urine | Leukocyte alkaline phosphatase | WBC Stool |
        Anti-leukocyte antibody | Leukocytes dipstick | Leukocytes, urine test strip | Leukocyte adhesion |
        WBC morphology
        Neutrophils % | Neutrophil % | % Neutrophils | Neutrophils, percent | Neutrophils/100 leukocytes in Blood |
        Neutrophils/100 leukocytes in Blood by Automated count | Neutrophils/Leukocytes | Neutrófilos % |
        Neutrophils (%) | NEUT % | Neutrophil percentage | Segmented neutrophils | Segs | Bands | Band neutrophils |
        Immature neutrophils | Hypersegmented neutrophils | Neutrophils, CSF | Neutrophil/lymphocyte ratio | NLR |
        Anti-neutrophil cytoplasmic antibody | ANCA | Neutrophil oxidative burst |
        Neutrophil gelatinase-associated lipocalin | Neutrophils pleural fluid | Lymphocytes % | % Lymphocytes |
        Lymphocyte percent | Lymphocytes/100 leukocytes in Blood | Linfocitos % | Lymphozyten % | Lymphozyten relativ |
        Lymphocytes relative | Lymphocytes (%) | LYMPH% | Atypical lymphocytes | Reactive lymphocytes |
        Variant lymphocytes | B lymphocytes | T lymphocytes | B-lymphocytes | B-Lymphocytes | T-lymphocytes |
        B-lymphocytes, absolute | CD4 lymphocytes | CD4 T lymphocytes absolute | CD19 B lymphocytes | Lymphocyte subsets |
        Lymphocytes, CSF | NK cells | Lymphocyte transformation | Anti-lymphocyte globulin | Plasma cells |
        Kappa lymphocytes | Linfocitos B | Linfocitos T CD4 | Large granular lymphocytes | Lymphocytes CD3+
        Albumin, urine | Urine albumin | Microalbumin | Microalbumin, urine | Albumin [Mass/volume] in Urine |
        Prealbumin | Albumin/Globulin ratio | A/G ratio | Albumin CSF | Albumin, pleural fluid | Albumin % |
        Albumin electrophoresis | Albumin by electrophoresis | Ischemia modified albumin | Glycated albumin |
        Albumin index | Albumin ascites | SAAG | Serum-ascites albumin gradient | Albumin 24h urine | Albuminuria |
        Albumin corrected calcium | Anti-albumin antibody | Macroaggregated albumin | Albumin excretion rate |
        Egg albumin IgE | Albumine urinaire | Albúmina en orina | Albumin im Urin | CSF/serum albumin ratio |
        IgG/albumin ratio
        IgA | IgM | IgE | IgG1 | IgG 1 | IgG2 | IgG4 | IgG subclass 4 | IgG subclasses | IgG CSF | IgG index |
        IgG synthesis rate | CMV IgG | EBV VCA IgG | Measles IgG | Rubella IgG | VZV IgG | Toxoplasma IgG |
        Cardiolipin IgG | Beta-2 glycoprotein IgG | Anti-gliadin IgG | SARS-CoV-2 IgG | Pneumococcal IgG | IgG antibody |
        Immunoglobulin A | Immunoglobulin M | Immunoglobulin G subclass 1 | IgG, urine | Allergen specific IgG |
        IgG/IgM ratio | Tetanus IgG | Immunoglobulin light chains | IgG kappa | Gamma globulin | Platelet IgG |
        Direct antiglobulin IgG | DAT IgG | H. pylori IgG | Anti-tTG IgG | Thyroglobulin | Anti-IgG | IgG %
        RBC | Red blood cells | Erythrocytes | RBC count | Erythrozyten | Hematíes | RBC casts | Urine RBC casts |
        RBC clumps, urine | Dysmorphic RBC | RBC CSF | RBC folate | RBC morphology | Nucleated RBC |
        RBC distribution width | Blood, urine | Occult blood, urine | Urine blood | Epithelial cells /HPF |
        Bacteria /HPF | Urine casts | Urine glucose | Urine pH | Specific gravity | Urine color | Hematocrit |
        RBC body fluid
        Procalcitonin | Protein C reactive activity antigen | Serum amyloid A | CRP CSF | Anti-CRP | CRP gene |
        C-peptide | C peptide | cAMP receptor protein | Ferritin | ESR1 gene mutation | Estrogen receptor ESR1 |
        Plasma viscosity | PCR SARS-CoV-2 | SARS-CoV-2 PCR | PCR COVID-19 | HIV PCR | BCR-ABL PCR | HCV PCR |
        PCR tuberculosis | EBV PCR | CMV PCR | PCR panel respiratorio
        Glucose | Sodium | Potassium | Calcium | CA | Ca | ALT | AST | Bilirubin | TSH | Ferritin | Vitamin D | INR |
        PTT | Fibrinogen | D-dimer | LDH | CK-MB | Troponin I | Uric acid | Urea | BUN | Magnesium | Phosphate |
        Cholesterol | HDL cholesterol | Triglycerides | Amylase | Lipase | Complement C3 antibody |
        Complement fixation test | Complement-dependent cytotoxicity | Complement binding HLA antibody | Malaria RDT |
        Total Bilirubin | T4 | T3 | K | Na | Cl
        C3 (propionylcarnitine) | C4 (isobutyrylcarnitine) | Carnitine, C3 | Acylcarnitines: C3 |
        C3, acylcarnitine profile | C3 carnitine (plasma) | C4, butyryl | Newborn screen C3 | NBS C4 | C4-OH, C3 |
        C3:C2 ratio | Propionyl-C3 | C3 dicarboxylic | C3DC+C4OH | C16:1 | Methylmalonylcarnitine C4DC | Plasma C3 acyl |
        Free C3 | C3 MS/MS | Blood spot C4
        Creatinine (urine, random) | Creatinine - urine | CREATININE, UR | CREATININE (U) | Creat, U | Creat Ur |
        Creatinine, fluid | Creat Fld | Creatinine,Random,Ur | Creatinine UR RANDOM | U Creatinine | Urine Creat mg/dL |
        Creatinine (24h urine) | CREATININE 24HR UR | Creatinine per day | Creatinine dialysis fluid |
        PD fluid creatinine | Creatinine (pleural fl) | Creatinine, CSF | Creatinine, sweat | Creatinine, saliva |
        Creatinine, vitreous | Creatinine amn fld | Creatinine Clearance (24h) | Creat Cl | CrCl | CREAT CLEAR |
        Clear. creatinine | Urea/Creat | BUN/CREAT RATIO | Creat/Cystatin | Creatinine delta | Creatinine index |
        Creatinine height index | Creatinine, gastric fluid
        Protein, fluid | Protein, CSF | Protein (urine) | Protein, U | Urine Protein mg/dL | Protein,Urine Random |
        Protein Ur | Prot, random urine | Total protein (serum) | Protein fraction | Protein gap | Protein/albumin ratio |
        Albumin/protein ratio | Protein bound iodine | Protein Z | Protein 14-3-3 | Protein C-ACT | Protein S free |
        CSF protein/creatinine | Protein/creatinine clearance | Protein-to-osmolality ratio | Heat shock protein |
        Protein, stool | Protein dipstick | Urine dipstick protein | Protein (dipstick)
        Platelets, MPV | MPV (platelets) | Platelet Vol | Platelet-large cell count | PLT-LCC | Mean Plt Vol |
        PLT distribution width | Platelets Large | Platelets giant | PLT morphology | PLT clump flag | PLT estimate |
        Plt Est | Platelet est. | Platelet count comment | Platelets, immature | %IPF | IPF# | PLT aggregation ADP |
        PFA-100 | HLA platelet | Platelet IgG Ab | Platelets/HPF | Platelets, urine | Platelets unit transfused |
        Platelet component | Donor platelets | PLT crit | Platelet neutralization procedure | Heparin-platelet factor 4 |
        Plasma platelets 'rich' | Platelet activation
        DNA, EBV | DNA (CMV) | DNA probe | DNA, HPV high risk | HBV-DNA | HBVDNA | CMVDNA | EBVDNA | DNA fragmentation |
        DNA damage | DNA-PK | DNAse | Dnase B antibody | Anti DNAse B | ADNase B | DNA-histone antibody |
        Anti-DNA/histone | anti DNA topoisomerase | DNA topoisomerase I Ab | anti-DNA-ss | anti-denatured DNA |
        ssDNA IgG | Anti-ssDNA IgG | DNA ss | DNA IgM | dsDNA IgM | Anti-dsDNA IgA | DNA (free fetal) | Donor DNA | tDNA |
        H. pylori DNA | Y chromosome DNA | dsDNA (CSF) | dsDNA, pleural | DNA virus screen | Leishmania DNA | TB DNA PCR |
        DNA HSV 1
        Hemoglobin A | Hemoglobin A, % | Hb-A1c | HB A1C | HbA1 | Hemoglobin, glycosylated | Hemoglobin (urine) |
        Hgb, Urine | Hgb, plasma | Hemoglobin free | Hgb fractions | Hgb E | Hgb D | Hemoglobin H | Hb Barts | Met-Hb |
        CO-Hb | Hb (fecal) | Hb, stool | Hemoglobin, fetal | Hemoglobin Bart | Reduced hemoglobin | Hgb content |
        Hgb conc distribution | Haemoglobin-haptoglobin | Anti-haemoglobin | Hb/Hct ratio
        Neutrophils (segs) | Seg neutrophils | Neutrophils, segmented | Neutrophils, band | Neut band |
        Neutrophils (relative) | Rel neutrophils | Neutrophils (percentage) | NEUTROPHILS PCT | NEUT PCT | Neut Rel |
        Neutrophils,fluid | Neutrophils fld | Neutrophils BAL | Neutrophils, stool | Toxic neutrophils |
        Neutrophil vacuolation | Neutrophil:lymphocyte | Neutrophil antibody | Lymphocytes Pct | Lymphs (%) | Lymphs Fld |
        Lymphs CSF | T-cell lymphocytes | Lymphocytes CD8 | CD3+ lymphocytes | Lymphocyte proliferation |
        Lymphocytes atypical | Lymphocytes, reactive | Lymphocytes, B | Lymphocytes, T | Lymphocyte B | B Lymphs |
        T Lymphs | Lymphocytes CD45 | Lymph node | Lymphoma cells | Lymphocytes, variant | Lymphocyte crossmatch
        WBC, CSF | WBC fld | WBC (CSF) | WBC, Synovial | WBC count fluid | WBC, peritoneal | WBC cast | WBC Esterase |
        WBC/RBC ratio | WBC, stool | Leukocytes (pleural) | Leukocyte antigen | LAP score | Leukocyte cystine |
        Leucocyte esterase (urine) | Leukocyte count, ascites | Nucleated cells | Total nucleated cell count | WBC morph |
        WBC smear | Leukocytes, dialysate
        Albumin, U | Albumin Ur | Albumin (urine) | Microalbumin (urine) | Albumin, Random Urine | Alb fluid |
        Albumin fld | Albumin (CSF) | Albumin/Glob | Alb/Glob ratio | Albumin, PEP | Albumin fraction | Albumin (SPEP) |
        Albumin % (SPEP) | Pre-albumin | Albumin-adjusted calcium | Modified albumin | Human albumin | Albumin infusion |
        Albumin quotient | Glycoalbumin | Albumin 24h | Albumin excretion | Albumin/24h
        IgG 1 | IgG, subclass 2 | IgG-4 | IgG anti-cardiolipin | Anticardiolipin (IgG) | B2GP1 IgG | IgG (CSF) |
        IgG CSF/serum | CMV (IgG) | IgG, EBV | IgG, measles | Rubella (IgG) | IgG titre measles | IgG avidity |
        IgG monoclonal | IgG lambda | Ig G kappa | IgG/IgA | IgG:albumin | IgG SARS | Milk IgG | Aspergillus IgG |
        Lyme IgG | IgG blot | Anti-PF4 IgG | tTG (IgG) | Chromatin IgG | Histone IgG | Sm IgG | ANA IgG |
        Tetanus toxoid IgG | Intrathecal IgG | IgG oligoclonal
        CRP receptor | CRP/albumin ratio | CRP (CSF) | CRP, fluid | CRP gene | Ultra CRP antibody | ESR gene | ESR2 |
        Sed (urine) | Urine sediment | Sediment exam | Zeta sedimentation ratio | Sed rate control | RBC (blood) |
        RBC, blood | RBC count (10^6/uL) | RBC CSF | RBC, pleural | RBC cast /HPF | RBC casts (urine) | RBC crystals |
        RBC antibody | RBC fragments | RBC/WBC | Urine blood | Blood (urine) | Urine Hb | Bacteria, urine |
        WBC casts (urine) | WBC clumps (urine) | Epithelial cells (urine) | Crystals (urine) | Renal tubular cells /HPF |
        Transitional cells /HPF | Yeast /HPF | Oval fat bodies /HPF | /HPF | HPF
        EGFR T790M | EGFR exon 19 | EGF | EGFR IHC | Soluble EGFR | EGFR FISH | Cystatin-C GFR | GFR (cystatin) |
        GFR by iohexol | mGFR | GFR isotope | GFR, measured | Cr-EDTA GFR | CrCl-eGFR difference | eGFR slope |
        eGFR category | CKD stage
        CH50 inhibitor | CH100 | Complement C1s | Complement fixation | Complement decay accelerating factor | CD55 |
        C1 inhibitor (functional) | C5b-9 | C5 function | Factor B | Complement C3 gene | C3 glomerulopathy panel |
        C3 NeF | Anti C3 convertase | C4 nephritic factor | C4 allotype | C4 null allele | C4A | C4B | C3F | C3S |
        C3 phenotype | Complement C4A copy | Complement C3 receptor 1 | CR1 | C3-epi-25-OH vitamin D | C3 epimer |
        25-OH-D3 C3-epi | Leukotriene C4 | LTC4 | Apo C3 | Apolipoprotein C3 | Apo C-III | Interferon C3 | FC3 |
        Glypican C3 | Caspase C3 | C4 endopeptidase | Complement C3dg/C3
"""
DRUGS: dict[str, str] = {
    "belimumab": """
        belimumab | Belimumab | BENLYSTA | Benlysta 400 mg | Benlysta® 120 mg vial | belimumab IV | belimumab (Benlysta) |
        Belimumab 10 mg/kg IV | belimumab 10mg/kg | BELIMUMAB 400MG INJ | Benlysta IV infusion | belimumab intravenous |
        Бенлиста | bélimumab | belimumab-abcd | belimumab, 800 mg | Belimumab infusion #3
        """,
    "anifrolumab": """
        anifrolumab | Saphnelo | SAPHNELO 300 mg/2 mL | anifrolumab-fnia | Anifrolumab 300mg IV |
        Saphnelo (anifrolumab-fnia) | MEDI-546
        """,
    "rituximab": """
        rituximab | Rituxan | MabThera | Mabthera 500 mg | rituximab-abbs | rituximab-pvvr | rituximab-arrx | Truxima |
        Ruxience | Riabni | Rixathon | Rituximab 1000 mg | rituximab 375 mg/m2 | rituximab 375 mg/m² | RTX |
        Rituximab (biosimilar) | Rituximab biosimilar 1 g | rituximab_375 | RITUXIMAB 10 MG/ML | Rituximab 500mg/50ml |
        Rituximab (Truxima) | rituximab cycle 2 | Rituximab 1g day 15 | ritu\u200bximab | rituximabe
        """,
    "obinutuzumab": """
        obinutuzumab | Gazyva | Gazyvaro 1000 mg | GA101 | Obinutuzumab (Gazyva)
        """,
    "cyclophosphamide": """
        cyclophosphamide | Cytoxan | Endoxan 500 mg | cyclophosphamid | ciclofosfamida | Ciclofosfamide | cyclofosfamide |
        CYC | CTX | IV cyclophosphamide | Cyclophosphamide 500 mg IV | cyclophosphamide pulse | cyclophosphamide (NIH) |
        Cyclophosphamide (Euro-Lupus) | euro_lupus | cyclophosphamide monohydrate | Cyclophosphamide 0.75 g/m2 |
        Endoxan® 1 g
        """,
    "methylprednisolone": """
        methylprednisolone | Solu-Medrol | SOLUMEDROL 1 g | methyl-prednisolone | Methylprednisolone sodium succinate |
        methylprednisolone succinate 500 mg | metilprednisolona | Methylprednisolon | méthylprednisolone | Urbason |
        IVMP | methylprednisolone pulse | Solu-Medrol 1000mg IV | IV methylprednisolone | Solu-Medrone |
        Methylprednisolone (Solu-Medrol) | Medrol | metilprednisolone
        """,
    "ivig": """
        ivig | IVIG | IVIg | immune globulin IV | Privigen 10% | Immune Globulin (Human) 10% |
        immune globulin intravenous | intravenous immunoglobulin | Gamunex-C | Gammagard S/D | Gammagard Liquid 10% |
        Octagam 5% | Kiovig 100 mg/ml | Flebogamma DIF 5% | IVIG 0.4 g/kg | Immunglobulin i.v. | immunoglobuline IV |
        inmunoglobulina humana intravenosa | Immunoglobulin, human normal | IV immunoglobulin | IVIG (Privigen) | IgIV |
        Privigen 20 g | immune globulin-ifas | Intratect | Panzyga | gammaglobulin | Human normal immunoglobulin IV |
        IV Ig | Immunoglobulins IV 2 g/kg
        """,
}
OTHER_DRUGS = """
        prednisone | prednisolone | Prednisolone 5 mg | methylprednisone | tocilizumab | abatacept | hydroxychloroquine |
        mycophenolate | MMF | azathioprine | cyclosporine | ciclosporin | cyclosporin A | tacrolimus | infliximab |
        ofatumumab | ocrelizumab | placebo | methotrexate | dexamethasone | hydrocortisone | belimumab SC |
        Benlysta 200 mg autoinjector | Benlysta SC 200 mg | Rituxan Hycela | rituximab/hyaluronidase |
        rituximab hyaluronidase | Hizentra | SCIG | subcutaneous immunoglobulin | methylprednisolone acetate |
        Depo-Medrol | Medrol Dosepak | methylprednisolone 4 mg tablet | Medrol tablets | cyclophosphamide 50 mg oral |
        cyclophosphamide capsule | anti-D immunoglobulin | anti-thymocyte globulin | hepatitis B immune globulin |
        tetanus immune globulin | Rho(D) immune globulin | ifosfamide | rituximab placebo | voclosporin | ianalumab |
        atacicept | tabalumab | telitacicept | cyclobenzaprine | 6-MP | albumin | belatacept | basiliximab |
        obinutuzumab antibodies | medroxyprogesterone | Gammaplasty | anifrolumab SC | immune globulin subcutaneous |
        xyz | IV | 400 mg | saline | rituxim | benly | mab | prednisona | deflazacort | Cytotec | Endocet | Octreotide |
        Gazelle
"""
