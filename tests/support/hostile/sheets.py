"""Cells of Excel files that show another text than they store."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.hostile.trick import NOTHING, Answer, SheetTrick, doubted, exactly


def _scaled(cell: Cell, figure: str, random: Random) -> Answer:
    """Store thousandfold, millionfold or hundredth what the format shows."""
    form, factor = random.choice((("#,##0,", 1000), ("0,", 1000), ("0,,", 10**6), ("#,##0,;-#,##0,;0", 1000)))
    cell.value, cell.number_format = int(figure) * factor, form
    return exactly(figure)


def _ten_thousands(cell: Cell, figure: str, random: Random) -> Answer:
    """Show a sum of money in ten thousands, as Chinese offices format it."""
    cell.value, cell.number_format = int(figure) * 10_000, random.choice(("0!.0,", "0!.0000", '0"."0000'))
    shown = {"0!.0,": Decimal(figure), "0!.0000": Decimal(figure), '0"."0000': Decimal(figure)}
    return Answer((shown[cell.number_format],), doubtful=True)


def _percent(cell: Cell, figure: str, random: Random) -> Answer:
    cell.value, cell.number_format = int(figure) / 100, random.choice(("0%", "0.00%"))
    return Answer((), doubtful=True)


def _date(cell: Cell, figure: str, random: Random) -> Answer:
    cell.value, cell.number_format = int(figure), random.choice(("yyyy-m-d", 'm"月"d"日"', "h:mm", "[$-804]aaaa"))
    return Answer((), doubtful=True)


def _with_text(cell: Cell, figure: str, random: Random) -> Answer:
    form, sure = random.choice(
        (('0"件"', True), ('"共"0', False), ('0"%"', False), ('"约"0', False), ('0"*"', False), ('"√"', False))
    )
    cell.value, cell.number_format = int(figure), form
    return exactly(figure) if sure else doubted(figure)


def _more_digits(cell: Cell, figure: str, random: Random) -> Answer:
    """Show digits that the format alone has."""
    form, seen = random.choice((('0"0"', figure + "0"), ("00000", figure), ('"1"0', "1" + figure)))
    cell.value, cell.number_format = int(figure), form
    return exactly(seen)


def _other_digits(cell: Cell, figure: str, random: Random) -> Answer:
    cell.value, cell.number_format = int(figure), random.choice(("[DBNum1]0", "[DBNum2]General", "# ?/?", "0.0E+00"))
    return doubted(figure)


def _rounded(cell: Cell, figure: str, random: Random) -> Answer:
    cell.value, cell.number_format = float(figure) + random.choice((0.2, -0.3, 0.04)), "0"
    return exactly(figure)


def _struck(cell: Cell, figure: str, random: Random) -> Answer:
    cell.value, cell.font = int(figure) + random.randint(1, 90), Font(strike=True)
    return NOTHING


def _struck_in_part(cell: Cell, figure: str, random: Random) -> Answer:
    cell.value = CellRichText(TextBlock(InlineFont(strike=True), str(random.randint(2, 99))), figure)
    return exactly(figure)


def _note(cell: Cell, figure: str, random: Random) -> Answer:
    cell.value = CellRichText(figure, TextBlock(InlineFont(vertAlign="superscript"), random.choice("123①")))
    return exactly(figure)


def _unseen(cell: Cell, figure: str, random: Random) -> Answer:
    cell.value = int(figure) + random.randint(1, 90)
    if random.random() < 0.5:
        cell.number_format = random.choice((";;;", '""', ";;"))
    else:
        cell.font, cell.fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FFFFFFFF")
    return NOTHING


def _two_lines(cell: Cell, figure: str, random: Random) -> Answer:
    cell.value = f"{figure}\n{random.randint(2, 400)}"
    return Answer((), doubtful=True)


def _hidden_neighbour(cell: Cell, figure: str, random: Random) -> Answer:
    """Hide a row of other figures below the table."""
    cell.value = int(figure)
    sheet = cell.parent
    if isinstance(sheet, Worksheet):
        last = sheet.max_row + 1
        for column in range(2, 12):
            sheet.cell(last, column, random.randint(1, 99))
        sheet.row_dimensions[last].hidden = True
    return exactly(figure)


TRICKS = (
    SheetTrick("scaling format", _scaled),
    SheetTrick("ten thousands", _ten_thousands),
    SheetTrick("percent", _percent),
    SheetTrick("date", _date),
    SheetTrick("format with text", _with_text),
    SheetTrick("format with digits", _more_digits),
    SheetTrick("other digits", _other_digits),
    SheetTrick("rounded", _rounded),
    SheetTrick("struck", _struck),
    SheetTrick("struck in part", _struck_in_part),
    SheetTrick("note mark", _note),
    SheetTrick("unseen", _unseen),
    SheetTrick("two lines", _two_lines),
    SheetTrick("hidden row", _hidden_neighbour),
)
