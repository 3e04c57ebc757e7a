"""Markup by which an archived page would act, ask for something, or pass for our own mark."""

from __future__ import annotations

OUTSIDE = "http://outside.example"
_DEEP = 200

ATTACKS: dict[str, str] = {
    "a script": "<script>alert(1)</script>",
    "a script in a script": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "a script with a prefix": "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "a handler": (
        '<img src=x onerror="location=\'http://outside.example\'"><p onclick=alert(1) onmouseover="alert(1)">一</p>'
    ),
    "a handler without spaces": "<p/onclick=alert(1)>一</p><details/open/ontoggle=alert(1)>",
    "a link that is a script": '<a href="javascript:alert(1)">一</a><a href=" java\tscript:alert(1)">二</a>',
    "a link to a page in itself": '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">一</a>',
    "a link": (
        '<a href="http://outside.example/" ping="http://outside.example/ping" target=_top>一</a>'
        '<a xlink:href="http://outside.example">二</a>'
    ),
    "a form": (
        '<form action="http://outside.example"><input name=a value=7 autofocus>'
        '<button formaction="http://outside.example">一</button></form>'
    ),
    "a frame": ('<iframe src="http://outside.example"></iframe><iframe srcdoc="<script>alert(1)</script>"></iframe>'),
    "a frameset": '<frameset><frame src="http://outside.example"></frameset>',
    "a refresh": '<meta http-equiv="refresh" content="0;url=http://outside.example">',
    "a policy": '<meta http-equiv="Content-Security-Policy" content="script-src \'unsafe-inline\'">',
    "a base": '<base href="http://outside.example" target="_top">',
    "a style sheet": (
        '<link rel=stylesheet href="http://outside.example/a.css">'
        '<link rel=preload as=script href="http://outside.example/a.js">'
    ),
    "an import": (
        "<style>@import 'http://outside.example/a.css'; body { background: url(http://outside.example/a.png) }</style>"
    ),
    "styles with addresses": (
        "<p style=\"background:url(http://outside.example/a.png);list-style:url('http://outside.example')\">一</p>"
    ),
    "styles with escapes": (
        '<p style="text-align:u\\72l(http://outside.example)">一</p><p style="width:expression(alert(1))">二</p>'
    ),
    "a style over the page": '<div style="position:fixed;inset:0;z-index:9">一</div>',
    "a drawing": ('<svg onload=alert(1)><script>alert(1)</script><image href="http://outside.example/a.png"/></svg>'),
    "a drawing that moves": (
        '<svg><a xlink:href="javascript:alert(1)"><animate attributeName=href to="http://outside.example"/></a></svg>'
    ),
    "a use of a drawing": (
        '<svg><use href="http://outside.example/a.svg#b"/><foreignObject><script>alert(1)</script>'
        "</foreignObject></svg>"
    ),
    "a formula": (
        '<math><mtext><a href="http://outside.example"><mglyph><style><img src=x onerror=alert(1)>'
        "</style></mglyph></a></mtext></math>"
    ),
    "a formula with a link": (
        '<math href="javascript:alert(1)">'
        '<maction actiontype="statusline#x" xlink:href="javascript:alert(1)">1</maction></math>'
    ),
    "an object": (
        '<object data="http://outside.example"></object><embed src="http://outside.example">'
        '<applet code="http://outside.example"></applet>'
    ),
    "media": (
        '<video src="http://outside.example" poster="http://outside.example">'
        '<source src="http://outside.example"></video><audio src="http://outside.example"></audio>'
    ),
    "pictures": (
        '<img src="http://outside.example/a.png" srcset="http://outside.example/b.png 2x" lowsrc="http:/'
        '/outside.example/c.png" dynsrc="http://outside.example">'
    ),
    "a choice of pictures": (
        '<picture><source srcset="http://outside.example/a.png"><img src="//outside.example/b.png"></picture>'
    ),
    "backgrounds": (
        '<table background="http://outside.example/a.png"><tr>'
        '<td background="http://outside.example/b.png">一</td></tr></table>'
    ),
    "a drawing as a picture": (
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>\">"
    ),
    "a page as a picture": '<img src="data:text/html,<script>alert(1)</script>">',
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "noscript with a style": "<noscript><style></noscript><img src=x onerror=alert(1)></style></noscript>",
    "a title that ends": "<title></title><img src=x onerror=alert(1)></title>",
    "a textarea that ends": '<textarea><p title="</textarea><script>alert(1)</script>"></textarea>',
    "a comment that ends": "<!--><img src=x onerror=alert(1)>--><!--[if IE]><script>alert(1)</script><![endif]-->",
    "old raw text": (
        "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp><noembed></noembed><script>alert(1)</script>"
    ),
    "plain text": "<listing>&lt;img onerror=alert(1)&gt;</listing>",
    "a template": "<template><script>alert(1)</script><img src=x onerror=alert(1)></template>",
    "a shadow": '<div><template shadowrootmode="open"><script>alert(1)</script><slot></slot></template></div>',
    "a component": '<x-app is="x-app" onclick=alert(1)>一</x-app>',
    "mutation by a table": "<table><td><form><td><svg><style><img src=x onerror=alert(1)></style></svg></form>",
    "mutation by namespaces": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "mutation by a select": (
        "<select><template><style><!--</style><a rel='--></style></template></select><img id=x src onerror=alert(1)>'>"
    ),
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;<p title='&quot;&gt;&lt;script&gt;'>一</p>",
    "bytes of nothing": "<scr\x00ipt>alert(1)</scr\x00ipt><img src=x one\x00rror=alert(1)>",
    "UTF-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "depth": "<div>" * _DEEP + "一" + "</div>" * _DEEP,
    "processing": (
        "<?xml-stylesheet href='http://outside.example/a.xsl'?>"
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;"
    ),
    "marks like ours": '<p id="figure" class="marked">假</p><mark id=figure>假</mark>',
}
