"""Which bodies a coordinating ministry coordinates: the tier of its `pembina`."""

from __future__ import annotations

from typing import Final

# Perpres 139/2024 on the ministries of the Merah Putih cabinet, and the decrees on each
# coordinating ministry (Perpres 141 to 147/2024); bodies outside a list belong to none.
COORDINATED: Final[dict[str, frozenset[str]]] = {
    "KEMENKO_POLKAM": frozenset({"DAGRI", "LUAR", "HAN", "KOMDIGI", "KEJAGUNG", "TNI", "POLRI"}),
    "KEMENKO_KUMHAM": frozenset({"HUKUM", "HAM", "IMIPAS"}),
    "KEMENKO_EKON": frozenset({"NAKER", "PERIN", "DAG", "ESDM", "BP_BUMN", "INVEST", "PAR"}),
    "KEMENKO_PMK": frozenset(
        {"AGAMA", "DIKDASMEN", "DIKTI", "BUDAYA", "KES", "DUKBANGGA", "PPPA", "PORA"}
    ),
    "KEMENKO_INFRA": frozenset({"ATRBPN", "PU", "PKP", "TRANS", "HUB"}),
    "KEMENKO_PM": frozenset({"SOS", "P2MI", "DESA", "KOP", "UMKM", "EKRAF"}),
    "KEMENKO_PANGAN": frozenset({"TAN", "HUT", "KKP", "LH", "BGN", "BAPANAS"}),
}
