"""A simulated portal of every dialect, by its name and its variant; and lists whose counts lie."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.portals.epoint import EpointPortal
from tests.support.portals.gkmlpt import GkmlptPortal
from tests.support.portals.hanweb_jpaas import JpaasPortal
from tests.support.portals.hanweb_jpage import JpagePortal
from tests.support.portals.hanweb_xxgk import XxgkPortal
from tests.support.portals.lonsun import LonsunPortal
from tests.support.portals.lying import LyingPortal
from tests.support.portals.nfcms import NfcmsPortal
from tests.support.portals.openness import OpennessDetailPortal, OpennessPortal
from tests.support.portals.server import Item, SimulatedPortal
from tests.support.portals.static import CONTAINER_FIRST, FramedPortal, GenericPortal, TrsPortal
from tests.support.portals.trs_servers import IgsPortal, WasPortal
from tests.support.portals.truecms import TruecmsPortal
from tests.support.portals.ucap import UcapPortal
from tests.support.portals.ucap_relatives import CodesPortal, PostedPortal, Search5Portal
from tests.support.portals.vsb import VsbPortal

MakePortal = Callable[[list[Item]], SimulatedPortal]

HONEST: dict[str, MakePortal] = {
    "gkmlpt": GkmlptPortal,
    "nfcms": NfcmsPortal,
    "hanweb_jpaas": JpaasPortal,
    "hanweb_jpage": JpagePortal,
    "hanweb_jpage, posted": lambda items: JpagePortal(items, by="post", inline=False),
    "hanweb_xxgk": lambda items: XxgkPortal(items, area=False),
    "truecms": TruecmsPortal,
    "epoint_gov": EpointPortal,
    "ucap": UcapPortal,
    "ucap, static": lambda items: UcapPortal(items, static=True),
    "ucap_posted": PostedPortal,
    "ucap_codes": CodesPortal,
    "ucap_search5": Search5Portal,
    "lonsun_label": LonsunPortal,
    "openness_showlist": OpennessPortal,
    "openness_showlist, branch": lambda items: OpennessPortal(items, word="BranchOpennessContent"),
    "openness_detail": OpennessDetailPortal,
    "vsb": lambda items: VsbPortal(items, files=False),
    "trs_static": TrsPortal,
    "trs_static, from 1": lambda items: TrsPortal(items, pager=CONTAINER_FIRST, base=2),
    "trs_igs": IgsPortal,
    "trs_igs, list": lambda items: IgsPortal(items, form="list", states=""),
    "trs_was": WasPortal,
    "generic_list": GenericPortal,
    "generic_list, in a frame": FramedPortal,
}

LYING: dict[str, MakePortal] = {
    "trs_static, one page too many": lambda items: LyingPortal(items, declares=17),
    "trs_static, two pages too many": lambda items: LyingPortal(items, declares=18, behind="the last page"),
    "trs_static, hundreds too many": lambda items: LyingPortal(items, declares=322, behind="no entries"),
    "trs_static, too few": lambda items: LyingPortal(items, declares=2, behind="410"),
    "ucap, hundreds too many": lambda items: LyingPortal(items, declares=999, behind="nothing", api=True),
    "ucap, too few": lambda items: LyingPortal(items, declares=1, behind="the first page", api=True),
}

PORTALS = HONEST | LYING
