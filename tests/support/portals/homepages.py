"""Ways from the homepage of a portal to its list of reports, and links next to them that lead elsewhere."""

from __future__ import annotations

from datetime import date

from tests.support.portals.server import Item, SimulatedPortal, page
from tests.support.portals.static import lines
from tests.support.servers.scripted import Answer

HUB = "/zwgk/zfxxgk/"
_NAMES = {
    "/tjnj/": "统计年鉴",
    "/tjgb/": "统计公报",
    "/wzndbb/": "政府网站工作年度报表",
    "/qynb/": "企业年报公示",
    "/zfgb/": "政府公报",
    "/zwgk/zn/": "政府信息公开指南",
    "/zwgk/zd/": "政府信息公开制度",
    "/zwgk/czyjs/": "财政预决算",
    "/zwgk/ysqgk/": "依申请公开",
}
TRAPS = {
    "/tjnj/": ["甲子县统计年鉴（2024年）"],
    "/tjgb/": ["甲子县2024年国民经济和社会发展统计公报"],
    "/wzndbb/": ["甲子县人民政府2024年政府网站工作年度报表", "甲子县人民政府2023年政府网站工作年度报表"],
    "/qynb/": ["甲子县水务有限公司2024年度报告"],
    "/zfgb/": ["甲子县人民政府公报2024年第1期"],
    "/zwgk/zd/": ["政府信息公开年度报告制度（试行）"],
}


def with_traps(portal: SimulatedPortal) -> None:
    """Columns of other yearly things, and pages of other sites, which must never be asked."""
    for path, titles in TRAPS.items():
        items = [Item(3000 + at, title, date(2025, 2, 3 + at)) for at, title in enumerate(titles)]
        portal.serve(path, page(lines(items)))
    portal.serve("/xw/index.html", page(lines([Item(1, "我县召开政务公开工作推进会", date(2026, 3, 2))])))


def nav(*others: tuple[str, str]) -> str:
    """Return the links of the homepage, traps among them."""
    outside = '<a href="http://www.other.gov.cn/zfxxgknb/">政府信息公开年报</a>'
    known = (*_NAMES.items(), *others)
    return outside + "".join(f'<a href="{path}">{words}</a>' for path, words in known)


def behind_hubs(portal: SimulatedPortal) -> None:
    """政务公开 → 政府信息公开 → 政府信息公开年报."""
    with_traps(portal)
    news = Item(77, "甲子县人民政府2025年政府信息公开工作年度报告", date(2026, 1, 20))
    portal.serve("/", page(nav(("/zwgk/", "政务公开")) + lines([news])))
    portal.serve("/zwgk/", page(nav((HUB, "政府信息公开"))))
    portal.serve(HUB, page(nav((portal.list_path, "政府信息公开年报"))))


def behind_shells(portal: SimulatedPortal) -> None:
    """Let the homepage and the list's link lead to pages that redirect."""
    with_traps(portal)
    portal.serve("/", '<html><script>window.location.href="/jzx/index.html"</script></html>')
    portal.serve("/jzx/index.html", page(nav(("/zwgk/nbzl.html", "政府信息公开年报"))))
    list_page = portal.list_path.replace("&", "&amp;")
    portal.serve("/zwgk/nbzl.html", f'<html><meta http-equiv="refresh" content="0;url={list_page}"></html>')


def behind_a_frame(portal: SimulatedPortal) -> None:
    """Show the menu of the hub in a frame; the link to the list is a picture."""
    with_traps(portal)
    portal.serve("/", page(nav((HUB, "政府信息公开"))))
    portal.serve(HUB, page(nav() + '<iframe src="/menu/left.html"></iframe>'))
    portal.serve("/menu/left.html", f'<a href="{portal.list_path}"><img src="nb.png" alt="政府信息公开年报"></a>')


def behind_a_script(portal: SimulatedPortal) -> None:
    """Keep the menu of the hub as the nodes of a tree in a script."""
    with_traps(portal)
    portal.serve("/", page(nav((HUB, "政府信息公开"))))
    guide = "{id:1, pId:0, name:'政府信息公开指南', url:'/zwgk/zn/'}"
    nodes = f"{guide}, {{id:2, name:'年度报告', url:'{portal.list_path}'}}"
    portal.serve(HUB, page(f"<div id='tree'></div><script>var nodes = [{nodes}];</script>"))


def only_in_the_sitemap(portal: SimulatedPortal) -> None:
    """Write the homepage by a script; robots.txt names sitemaps, one of which has the list."""
    portal.serve("/", "<html><div id='app'></div><script src='/app.js'></script></html>")
    portal.serve("/robots.txt", f"User-agent: *\nAllow: /\nSitemap: {portal.url}/sitemapindex.xml\n")
    index = "".join(f"<sitemap><loc>{portal.url}/{name}.xml</loc></sitemap>" for name in ("news", "columns"))
    portal.serve("/sitemapindex.xml", f"<sitemapindex>{index}</sitemapindex>")
    portal.serve("/news.xml", _urls(portal, "/xw/index.html", "/xw/202603/t20260302_1.html"))
    portal.serve("/columns.xml", _urls(portal, "/zwgk/zn/", "/tjnj/", portal.list_path.replace("&", "&amp;")))


def _urls(portal: SimulatedPortal, *paths: str) -> Answer:
    urls = "".join(f"<url><loc>{portal.url}{path}</loc><priority>0.5</priority></url>" for path in paths)
    return Answer(f"<?xml version='1.0'?><urlset>{urls}</urlset>", headers={"Content-Type": "application/xml"})


def only_in_the_tree(portal: SimulatedPortal) -> None:
    """Let the homepage lead to the directory of gkmlpt alone, whose tree has the category of reports."""
    with_traps(portal)
    portal.serve("/", page(nav(("/gkmlpt/index", "政府信息公开目录"))))
