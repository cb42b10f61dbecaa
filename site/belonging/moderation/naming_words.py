"""Words that ``naming`` knows: who is a child, who is not, and capitals that are nobody's initials."""

from __future__ import annotations

CHILD = (
    "pupil|child|boy|girl|lad|student|learner|son|daughter|youngster|year-old|"
    "disgybl|ddisgybl|plentyn|blentyn|phlentyn|bachgen|fachgen|merch|ferch|mab|fab|myfyriwr"
)
"""One child: "pupils" and "children" point at nobody."""

TITLES = "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Mrs|Athro"

ROLE = (
    "teacher|teaching|headteacher|head|deputy|assistant|lead|leads|leader|tutor|ta|hlta|senco|senca|governor|author|researcher|"
    "psychologist|nurse|worker|officer|trainer|adviser|advisor|coach|mentor|coordinator|co-ordinator|consultant|professor|"
    "counsellor|therapist|librarian|caretaker|cook|manager|runs|ran|teaches|taught|wrote|writes|argues|says|said|presents|"
    "chairs|chair|practitioner|colleague|staff|curriculum|phase|pastoral|secretary|minister|athro|athrawes|pennaeth|who teaches|"
    "who leads|who runs|book|books|report|study|award|building|class|team"
)

_INITIALS = """
    AAP AB AC AD ADHD AHT AI ALN ALP ALS AM AOB AP APDR ARE ARP ASC ASD ASL AT AV BA BBC BEd BM BSL BTEC CAF
    CAMHS CAT CBE CBT CE CEO CIC CIN CLA CP CPD CPOMS CS CSE CSV CV CofE DBS DDSL DHT DIY DLA DME DPIA DPO DSL
    DT DVD DfE EAL EBD EBSA ECT EHA EHC EHCP EHE ELSA EMA EP EPS ESFA EU EWO EY EYFS EYP FAQ FASD FE FFT FGM FOI
    FS FSM FT GCSE GDPR GDS GLD GP GPS HE HI HLTA HMI HOD HOY HPA HR HT HW ICT ID IDP IEP II III ILP INSET IQ
    ISA IT ITT IV IX KPI KS LA LAC LADO LGA LGBT LO LP LSA LSC LTD MAT MBE MFL MIS ML MLD MP MS MSI NB NC NCT NE
    NEU NFER NHS NLP NPQ NQT NSPCC NUT NVQ NW OBE OECD OFSTED OK OT PA PC PCF PD PDA PDF PE PEP PEX PFA PHE PI
    PIP PLC PM PMLD POS PP PPA PPT PRU PS PSA PSHE PTA PTFA QA QCA QR QTS RA RAG RC RE RI RP RSE RSHE RWI SALT
    SATS SCITT SE SEF SEL SEMH SEN SENCO SEND SHS SIMS SIP SJ SLA SLCN SLD SLE SLT SMSC SPAG SPLD SRE SS SSP ST
    STA STEM SW SWOT TA TAC TAF TD TES TLR TOD TOR TRA TT TV UCAS UK ULN UN UPN US USA VI VII VIII VLE VP WAGOLL
    WALT WCF WG WJEC XI XII YJS YOI YOT
"""
INITIALS_OF_OTHERS = frozenset(_INITIALS.split())
"""Capitals of the trade. Initials of a pupil that are the same are missed: a warning that cries wolf helps nobody."""

_WORDS = """
    a academy action advice after afternoon all an and anti any april as assembly association at attendance
    audit august autumn awareness barnardo barnardo's before behaviour belonging blwyddyn board book both boys
    breakfast britain british bullying but by can care carers centre child child's childline children children's
    christmas church circle city class club code college commission commissioner community conference could
    council county culture day dear december department did digest diwali do does dydd each early east easter
    education eid ein emotional england english estyn every family february feedback first five for form
    foundation four friday from further fy general girls give go good government governors great group guidance
    had half hall has have he head health hello help her here hi high his history home house how hub humanities
    i if in inclusion infant infants institute ireland is it january july june junior juniors just key kind last
    learning let library life like listening literacy local london lower lunch mae make many march maths may
    mental minister monday more morning most music my national network new next no north northern not november
    now nursery october of off office ofsted on one open or other our out parent parents part partnership
    pastoral peer physical plan play please policy post practice primary programme project pupil pupil's pupils
    question ramadan reading reception regulation report review rights road roedd room safe safeguarding saint
    same saturday school schools science scotland scottish second secondary send september service services she
    should since sixth small so social society some south special spring staff stage start state stay still
    street student students summer sunday support take talk task teaching team term thank thanks that the their
    then there these they this those three through thursday time to today together tomorrow toolkit training
    transition trauma trust tuesday two under university until up upper use voice wales was way we wednesday
    week welcome welsh were west what when where which who why will with work working world would year years yes
    yesterday yn you young your youth ysgol zones
"""
NO_NAMES = frozenset(_WORDS.split())
"""Words, in small letters, that no name is made of although they often begin with a capital."""
