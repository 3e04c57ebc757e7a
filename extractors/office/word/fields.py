"""Fields and controls of Word trees: of each, what it shows.

Owns the instructions of fields, which nobody sees, their results, and the controls that show a value of their own
(ECMA-376, part 1, 17.16 and 17.5.2).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from extractors.document import ILLEGIBLE
from extractors.office.word.styles import W, is_on, value_of

Element = etree._Element

_RUN, _FIELD_SIGN, _INSTRUCTION = W + "r", W + "fldChar", W + "instrText"
_SHOWN = frozenset(
    W + name for name in ("t", "sym", "tab", "br", "cr", "noBreakHyphen", "drawing", "pict", "object")
) | {"{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}
_PLACEHOLDER = "placeholdertext"

# Fields that a person sees although the file need not hold their result.
_COMPUTED = frozenset(
    "EQ SYMBOL PAGE NUMPAGES SECTION SECTIONPAGES NUMWORDS NUMCHARS DATE TIME SEQ QUOTE LISTNUM AUTONUM AUTONUMLGL "
    "AUTONUMOUT DISPLAYBARCODE MERGEBARCODE INCLUDEPICTURE".split()
)
_NOTE_REFERENCE = "NOTEREF"


@dataclass(slots=True)
class _Field:
    """A field that is open at some place of the document."""

    begin: Element
    instruction: str = ""
    has_result: bool = False
    result: list[Element] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The word that says what the field is; `=` for a formula."""
        words = self.instruction.split()
        return "=" if self.instruction.strip().startswith("=") else words[0].upper() if words else ""


def leave_results(root: Element) -> None:
    """Change a tree so that of each field only what it shows is left, as text."""
    paired = _paired(root)
    open_fields: list[_Field] = []
    for element in list(root.iter(_FIELD_SIGN, _INSTRUCTION, *_SHOWN)):
        if element.tag == _FIELD_SIGN:
            if element in paired:
                _pass(element, open_fields)
        elif element.tag == _INSTRUCTION:
            if open_fields and not open_fields[-1].has_result:
                open_fields[-1].instruction += element.text or ""
        elif all(each.has_result for each in open_fields):
            for each in open_fields:
                each.result.append(element)
        else:
            _remove(element)
    for simple in root.iter(W + "fldSimple"):
        _finish_simple(simple)


def leave_values(root: Element) -> None:
    """Change a tree so that content controls that wait for an input are blank.

    Programs that fill in a form may leave the mark of waiting in place: figures that do not look like a prompt stay,
    with doubt.
    """
    for control in list(root.iter(W + "sdt")):
        properties, content = control.find(W + "sdtPr"), control.find(W + "sdtContent")
        if properties is None or content is None or not is_on(properties.find(W + "showingPlcHdr")):
            continue
        texts = list(content.iter(W + "t"))
        if any(character.isdecimal() for text in texts for character in text.text or "") and not _is_prompt(content):
            texts[-1].text = (texts[-1].text or "") + ILLEGIBLE
        else:
            for text in texts:
                _remove(text)


def _is_prompt(content: Element) -> bool:
    styles = [value_of(style).lower() for style in content.iter(W + "rStyle")]
    return any(style == _PLACEHOLDER for style in styles)


def _paired(root: Element) -> set[Element]:
    """Return the signs of the fields that begin and end; the others of a damaged file hide nothing."""
    paired: set[Element] = set()
    pending: list[list[Element]] = []
    for sign in root.iter(_FIELD_SIGN):
        kind = sign.get(W + "fldCharType")
        if kind == "begin":
            pending.append([sign])
        elif pending:
            pending[-1].append(sign)
            if kind == "end":
                paired.update(pending.pop())
    return paired


def _pass(sign: Element, open_fields: list[_Field]) -> None:
    """Take a sign into account: a field begins, its result begins, or it ends."""
    kind = sign.get(W + "fldCharType")
    if kind == "begin":
        open_fields.append(_Field(sign))
    elif kind == "separate":
        open_fields[-1].has_result = True
    else:
        _finish(open_fields.pop(), sign, seen=all(each.has_result for each in open_fields))


def _finish(ended: _Field, end: Element, *, seen: bool) -> None:
    """Put down what a field shows beside its result."""
    if ended.kind == _NOTE_REFERENCE:
        _raise(ended.result)
    own = _own_text(ended) if seen else ""
    if own:
        text = etree.Element(W + "t")
        text.text = own
        end.addprevious(text)


def _own_text(ended: _Field) -> str:
    """Return what a field shows that its result does not hold."""
    control = ended.begin.find(W + "ffData")
    if ended.kind == "EQ":
        return ILLEGIBLE
    if ended.result:
        return ""
    if control is not None and ended.kind in ("FORMDROPDOWN", "FORMCHECKBOX", "FORMTEXT"):
        return _control_text(control)
    return ILLEGIBLE if ended.kind in _COMPUTED or ended.kind == "=" else ""


def _control_text(control: Element) -> str:
    """Return what a control of the old kind shows; a text whose default alone is known cannot be told."""
    choices = control.find(W + "ddList")
    box = control.find(W + "checkBox")
    if choices is not None:
        entries = [value_of(entry) for entry in choices.findall(W + "listEntry")]
        chosen = value_of(choices.find(W + "result")) or value_of(choices.find(W + "default")) or "0"
        return entries[int(chosen)] if chosen.isdecimal() and int(chosen) < len(entries) else ILLEGIBLE
    if box is not None:
        checked = box.find(W + "checked")
        return "☒" if is_on(box.find(W + "default") if checked is None else checked) else "☐"
    return ILLEGIBLE if value_of(control.find(f"{W}textInput/{W}default")).strip() else ""


def _finish_simple(simple: Element) -> None:
    """Do for a field in one element what is done for one between signs."""
    kind = (simple.get(W + "instr") or "").split() or [""]
    shown = list(simple.iter(*_SHOWN))
    if kind[0].upper() == _NOTE_REFERENCE:
        _raise(shown)
    elif not shown and (kind[0].upper() in _COMPUTED or kind[0].startswith("=")):
        etree.SubElement(etree.SubElement(simple, _RUN), W + "t").text = ILLEGIBLE


def _raise(result: list[Element]) -> None:
    """Mark the runs of the number of a note as raised, however they look."""
    for run in {run for text in result if (run := text.getparent()) is not None}:
        properties = run.find(W + "rPr")
        if properties is None:
            properties = etree.Element(W + "rPr")
            run.insert(0, properties)
        for position in properties.findall(W + "vertAlign"):
            properties.remove(position)
        etree.SubElement(properties, W + "vertAlign").set(W + "val", "superscript")


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
