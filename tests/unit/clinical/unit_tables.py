"""Spellings of units met in exports and unseen ones: `|` separates them."""

# ruff: noqa: E501

FACTORS: dict[str, dict[float, str]] = {
    "PLT": {
        1.0: """
        10⁹/L | x 10^9/L | 10^9/ L | 10*9 / l | 10**9/L | 10E9/L | 10e9/l | 10E+09/L | 10 9/L | 109/L | 109 L−1 | ×10⁹/L |
        x10(9)/L | 10(9)/L | 10^(9)/L | 10x9/L | 10X3/uL | 10X9/L | x109/L | 10 exp 9/L | 10exp9/L | 10'9/L | Gpt/L |
        GPt/l | G/l | g/l | giga/L | giga/l | Giga/Liter | 10^9 cells/L | x10^9 cells/L | 10*9{cells}/L | 10*3{cells}/uL |
        K/mm3 | K/mm³ | K/MM^3 | K/cu mm | K/cu.mm | k/cu. mm | THOU/CU MM | Thou/mcL | thousands/µL |
        thousand per microliter | thousand cells/uL | k cells/µl | Tsd/µl | Tsd./µl | Tausend/µl | tys/µl | тыс/мкл |
        10^9/л | mil/mm3 | mil/mm³ | miles/mm3 | miles/µL | mila/mm3 | 10³/mm³ | 10^3/mm^3 | 10³/µl | 10^3/mcl |
        10^3/cumm | x1000/uL | x 1000/mm3 | 1000/uL | 1,000/uL | 1 000/µL | 1e3/uL | 1E9/L | E9/L | e3/ul | /nL | /nl |
        cells/nL | Zellen/nl | n/nl | BIL/L | bill/L | billion/L | billions/L | 10*3.uL-1 | 10^3 uL-1 | 10^3·µL⁻¹ |
        10^9·L⁻¹ | 10⁹ L⁻¹ | &times;10<sup>9</sup>/L | 10<sup>3</sup>/&micro;L | K/┬╡L | 10^3/Âµl | K/Î¼L | K/�L | K/ΜL |
        10^6/mL | Mio/ml | million/mL | mill/mL | M/mL | (10^9/L) | [10*9/L] | [10^3/uL] | K/uL. | 10^9 | x10^9 | 10*3 |
        Thou/uL | THOU/uL | TH/UL | TH/MM3 | 10S3/UL | 10^3/microliter | 10^3 / µL | 10*3 /uL | X10^3/µl | *10^9/L |
        cells x 10^9/L | # x10^3/uL | WBC x10^3/uL | 1000's/uL | kilo/uL | 10^3\\/uL
        """,
        0.001: """
        /uL | /µL | /mm3 | cells/mm3 | cells/mm³ | cells per µL | per uL | per microliter | per mm3 | #/mm3 | /cu mm |
        /cumm | /c.mm | cells/cu.mm | Zellen/µl | cel/mm3 | células/µL | celulas/mm3 | 10^6/L | x10^6/L | 10*6/L |
        {cells}/uL | /mcL | células/mm³ | /µl | 10^3/mL | count/uL | /mmc | 1/uL | 1/mm3
        """,
        100.0: """
        lakh/cumm | lakhs/cumm | Lakhs/cu.mm | lakh/mm3 | lac/cumm
        """,
        1000.0: """
        10^12/L | 10*6/uL | million/uL | mill/mm3 | M/uL | T/L | 10^6/-¦L
        """,
        1e-09: """
        /L
        """,
    },
    "C3": {
        1.0: """
        mg/dL | MG/DL | mg/dl | mg/100ml | mg/100 mL | mg/100cc | mg% | mg % | MG% | mgs/dl | mgm/dl | mgm% |
        milligrams per deciliter | milligram/decilitre | mg/dLiter | mg·dL⁻¹ | mg dL-1 | mg.dL-1 | mg dL^-1 | мг/дл |
        (mg/dL) | [mg/dL] | mg / dL | ｍｇ/ｄＬ | ㎎/㎗ | mg /dl | mg.% | mg/dl; | Mg/dL | mgdl
        """,
        100.0: """
        g/L | G/L | gr/L | gm/L | g/l | g.L-1 | g·L−1 | gram/liter | grams per liter | г/л | g/Ltr | mg/mL | gr/lt |
        g/litro | g/l.
        """,
        0.1: """
        mg/L | µg/mL | ug/mL | mcg/mL | μg/ml | ΜG/ML | UG/ML | mcg/ml
        """,
        1000.0: """
        g/dL | G/DL | gm%
        """,
        0.001: """
        ug/dL | µg/dL | mcg/dL | μg/dl | mcg%
        """,
    },
    "CREAT": {
        1 / 88.4: """
        umol/L | µmol/L | μmol/L | µmol/l | UMOL/L | mcmol/L | MKMOL/L | mkmol/l | мкмоль/л | micromol/L | micromoles/L |
        micromole/liter | µM | uM | UIM/L | nmol/mL | umol/l | ΜMOL/L | Âµmol/L | �mol/L | mikromol/l | umol·L-1 |
        umol\\/L | umol/lt | Umol/L
        """,
        1000 / 88.4: """
        mmol/L | MMOL/L | mmol/l
        """,
        1.0: """
        mg/dL | MG% | mg per dL | milligrams/dL
        """,
        0.1: """
        mg/L | µg/mL
        """,
    },
    "UPCR": {
        1.0: """
        g/g | mg/mg | g/g creat | g/gCre | g/g Kreatinin | g/g{creat} | g/g creatinine | Ratio | RATIO | mg/mg creat |
        mg/mg{creat} | mg/mg Cr | mg/mgCr | gm/gm | g/gm creat | {ratio} | g prot/g creat | mg protein/mg creatinine |
        g/g Cr. | mg/mg crea | ug/ug | g/g (creat) | mg/mg creatinine ratio
        """,
        0.001: """
        mg/g | mg/g creat | mg/gCr | mg/gCre | mg/g Krea | mg/gKrea | mg/g Crea | mg/g{Cre} | mg/g Cr |
        mg/g of creatinine | mg/g de creatinina | mg/gm creat | mg/gr | mg prot/g creat | mg/g-creat | mg/g.creat |
        mcg/mg | ug/mg | µg/mg creat | MG/G | mg/g créatinine | mg/g creatinine | mg / g | mg/g crt | mg/gcr |
        mg/g creat. | mg/g cre | mgprot/gcreat | mg/g/creat | mg/g/Cr | mg/g ratio | mg TP/g Cr
        """,
        1 / 113.12: """
        mg/mmol | mg/mmol creat | mg/mmolCr | mg/mmol Krea | mg/mmolKrea | mg/mmol{creat} | g/mol | g/mol Krea |
        g/molKrea | mg/mmol crea | MG/MMOL | g/mol creat | mg/mmol créat | µg/umol | mg/mmol Kreatinin |
        mg/mmol creatinine
        """,
        1000 / 113.12: """
        g/mmol{creat} | g/mmol
        """,
        1e-3 / 113.12: """
        mg/mol | ug/mmol
        """,
    },
    "UACR": {
        1.0: """
        mg/g | mcg/mg | ug/mg creat | mg/g creat | mg/g{creat} | mg/gKrea | mg alb/g creat
        """,
        1000 / 113.12: """
        mg/mmol | mg/mmol creat | g/mol
        """,
        1000.0: """
        mg/mg | g/g
        """,
    },
    "EGFR": {
        1.0: """
        mL/min/{1.73_m2} | mL/min/1.73m2 | mL/min/1.73 m² | mL/min/1,73m2 | ml/min/1,73 m2 | mL/min/1.73 sqm |
        mL/min/1.73sq.m | mL/min/1.73 sq m | mL/min/1.73m^2 | mL/min/1.73m**2 | mL/min per 1.73 m2 | mL/min/1.73 |
        ml/min/1.73qm | mL/min | ml/mn | ml/min/1,73 | mL/min/1.73m*2 | mL/min per 1.73m² | mL/min/1.73 square meters |
        mL/min (1.73 m2) | mL/min/[1.73_m2] | mL/min/(1.73.m2) | ml/mn/1,73m² | ml/min/173m2 | ML/MIN/1.73M2 |
        mL/min/1.73 M^2 | мл/мин/1,73м2 | мл/мин/1.73 м² | mL/min/1.73m²BSA | mL/min/1.73 m(2) | mL.min-1.1.73m-2 |
        ml/min·1.73m² | mL per min per 1.73 m2 | mL/minute/1.73m2 | ml/min/1.73 m2 | mL/min/1.73_m2 | mL/min/1.73m |
        mL/min x 1.73m2
        """,
        60.0: """
        mL/s | mL/s/1.73m2 | ml/sec/1.73 m² | mL/s/{1.73_m2}
        """,
    },
    "HGB": {
        1.0: """
        g/dL | gm/dl | g% | gms% | gm% | G/DL | g/100mL | g/100 ml | gr/dl | gr% | GM/DL | g/dl | г/дл
        """,
        0.1: """
        g/L | G/L | г/л
        """,
        1.61145: """
        mmol/L | mmol/l
        """,
    },
    "ALB": {
        1.0: """
        g/dL | gms% | gm/dL | g%
        """,
        0.1: """
        g/L | mg/mL
        """,
        0.001: """
        mg/dL
        """,
    },
    "UPROT24": {
        1.0: """
        g/24h | g/24 h | g/24 hr | g/24hrs | g/24 hours | g/day | g/d | g/(24.h) | g/24 horas | g/24h. | g/Tag | g/jour | g/j |
        g/dia | g/día | gm/24h | gms/24 hrs | g/24HR | g/24 Std | g/die | g/24 ore | g/24uur | г/сут | g/24-h |
        g/24h urine | g prot/24h
        """,
        0.001: """
        mg/24h | mg/24 h | mg/(24.h) | mg/day | mg/d | MG/24HR | mg/24 hrs | mg/24hr | mg/24H | mg/24 horas | mg/24 H |
        mg/24h vol
        """,
    },
    "URBC": {
        1.0: """
        /HPF | /hpf | cells/HPF | per HPF | /[HPF] | #/HPF | HPF | per high power field | /high power field | /campo |
        por campo | cells/hpf | /H.P.F. | RBC/HPF | / HPF | {cells}/[HPF] | /hp | cél/campo | 1/HPF | 1/[HPF]
        """,
    },
    "CRP": {
        1.0: """
        mg/L | mg/l | MG/L | µg/mL | ug/ml | mcg/mL
        """,
        10.0: """
        mg/dL | mg% | mg/100ml
        """,
        1000.0: """
        g/L
        """,
    },
    "ESR": {
        1.0: """
        mm/h | mm/hr | mm/hour | mm/1h | mm/1 h | mm/1hr | MM/HR | mm/Std | mm/ora | mm/hora | mm/1 hora | mm/(1.h) | mm |
        mm/1st hour | mm/uur | mm/heure | mm/60 min | мм/ч | mm at 1 hr | mm in 1 h
        """,
    },
    "CH50": {
        1.0: """
        U/mL | kU/L | U/ml | CH50 U/mL | CH50 U/ml | u/mL | units/mL | CAE | CAE units | U/mL CH50 | CH50 units |
        Unit/mL
        """,
        0.001: """
        U/L
        """,
    },
    "IGG": {
        1.0: """
        mg/dL | MG/DL
        """,
        100.0: """
        g/L | G/L | mg/mL
        """,
    },
}
# units of anti-dsDNA that join to nothing else, and the ones of IU/mL
DSDNA: dict[str, str] = {
    "IU/mL": """
        IU/mL | IU/ml | kIU/L | [IU]/mL | [iU]/mL | k[IU]/L | UI/mL | UI/ml | kUI/L | IE/ml | kIE/L | МЕ/мл |
        int. units/mL | international units/mL | IU/mL. | IU per mL | WHO units/mL | IU/ML | KIU/L | {IU}/mL
        """,
    "U/mL": """
        U/mL | u/ml | kU/L | KU/L | Units/mL | unit/ml | E/ml | kE/l | ед/мл | U/ML | units per ml
        """,
    "AU/mL": """
        AU/mL | au/ml | [arb'U]/mL | arb. units/mL | arb.U/mL | arbitrary units/mL | UA/mL | kAU/L | {AU}/mL |
        [arb'U]/ml | AU/ML | A.U./mL | U.A./mL | A.E./ml | arb. E/ml
        """,
    "{titer}": """
        titer | titre | TITRE | {titer} | {titre} | 1:n | 1/dil | Titer | título
        """,
    "index": """
        index | Index | {index} | AI | ratio | RATIO | index value | {ratio}
        """,
}
REFUSED: dict[str, str] = {
    "C3": """
        mmol/L | g/g | mg/g | IU/mL | U/mL | % | mg | g | L | dL | 10^9/L | nmol/mL | mg/gl | mg/dg | mkat/L | ukat/L |
        NTU | [NTU] | mg/kg | mg/dL/min | mg/day | positive | high | 1.2 | 90-180 | mg/dL 90-180 | ratio | index | titer |
        mEq/L | fL | µ | x | / | // | mg//dL | mg/ | /dL | K mg/dL | 10 mg/dL | 10^3 mg/dL | normal | mg/dL/dL | mol |
        pg/cell | mg/dL creat | mg/dl protein | mg/dL/1 | kg/L | mg/0dL
        """,
    "PLT": """
        % | fL | FL | pg | g/dL | G/dL | g/mL | mg/dL | K | M | thou | 103 | x103 | /HPF | U/L | 10-9/L | 497.61G/L |
        383.210^9/L | 474.1910^9/l | 0.9910^9/L | 250 10^9/L | adequate | ADEQ | CONC | & | 130-400 | normal | ratio |
        10^L | 10^/L | x/L | 10^9/10^9 | K/K | uL | L | 10*9/g | 10^9/kg | 9/L | 10/100WBC | /100 WBC | 10^6 | 10.9/L |
        m/uL | 10^3/uL K
        """,
    "CREAT": """
        mmol/mol | g/g | mL/min | U/L | umol | mg | umol/24h | mg/g | mg/kg/24h | mmol/24h | mg/24h | µmol/mmol | mEq/L |
        % | umol/kg | µmol/d | mM | mg/dL creatinine
        """,
    "UPCR": """
        mg/dL | mg/L | g/L | mg/24h | g/24h | mmol/mol | mmol/mol creat | mol/mol creat | % | mg/gl | mmol/mmol |
        mg/g Hb | mg creat/g protein | mg | g | umol/g | IU/g creat | mg/g protein | ug/min | mg/kg | titer | index |
        mmol/g | mg/g/day | copies/mg | U/g creat | Cannot Calculate | RATTC: 200.89 | mg/dL creat
        """,
    "EGFR": """
        % | mL | min | mg/min | L | mL/min/m2 | mg/dL | mL/min/2.73m2 | mL/kg/min | ml/min/1.7m2 | mL/min/1.73 m2/d
        """,
    "HGB": """
        % | pg | fL | mmol/mol | g | g/24h | mg/g | 10^9/L | umol
        """,
    "ALB": """
        umol/L | mg/24h | mg/g | mg/mmol | % | g | ratio | mmol/L
        """,
    "UPROT24": """
        g | mg | mg/dL | g/L | mg/mmol | g/g | mg/g | g/24h/1.73m2 | mg/m2/h | mmol/24h | % | mL/24h | g/kg/24h | g/12h |
        mg/min | mg/0h
        """,
    "URBC": """
        /uL | cells/uL | /LPF | % | 10^9/L | /mL | /mm3 | mg/dL | 1+ | positive | 10^6/L | cells
        """,
    "CRP": """
        nmol/L | IU/mL | mmol/L | % | titer | mg/24h | U/L
        """,
    "ESR": """
        mm/2h | mm/min | cm/h | h | s | mm/s | % | mmHg | mm/30min | mm3/h | mm/d
        """,
    "CH50": """
        % | IU/mL | mg/dL | g/L | titer | AU/mL | CH100 U/mL | index
        """,
    "DSDNA": """
        mg/dL | g/L | % | RU/mL | EU/mL | pmol/L | U | IU | mL | IU/g | positive | GPL | U/mg | 10^9/L | copies/mL |
        log IU/mL | mIU | IU/mL/h | Verify at TSRH
        """,
}
