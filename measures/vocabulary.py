"""The listed values of records of measures, with the words of the screens."""

from django.db.models import TextChoices


class MeasureState(TextChoices):
    DRAFT = "draft", "起草"
    SENT = "sent", "已报"
    CONFIRMED = "confirmed", "已确认"
    RETURNED = "returned", "退回"
    VOID = "void", "作废"


WITH_WRITER = (MeasureState.DRAFT, MeasureState.RETURNED)
"""While the next step is that of the unit that enters the record."""


class MeasureAction(TextChoices):
    BEGIN = "begin", "登记"
    REVISE = "revise", "修改"
    SEND = "send", "报送"
    CONFIRM = "confirm", "确认"
    SEND_BACK = "send_back", "退回"
    CORRECT = "correct", "更正"
    DISCARD = "discard", "撤销草稿"
    VOID = "void", "作废"


class Belongs(TextChoices):
    """To what a record belongs."""

    TOWNSHIP = "township", "街镇"
    DISTRICT = "district", "全区"
    AREA = "area", "区域"
    ESTATE = "estate", "小区"
    PLACE = "place", "区域或点位"
    OPERATOR = "operator", "运营企业"


class TypedAs(TextChoices):
    """What is typed into a field, and so how it is kept: text, ISO day, whole number, yuan with two decimals, key of a choice."""

    TEXT = "text", "文字"
    WORDS = "words", "多行文字"
    LINK = "link", "网址"
    DAY = "day", "日期"
    COUNT = "count", "整数"
    YUAN = "yuan", "金额（元）"
    CHOICE = "choice", "选项"
    QUARTER = "quarter", "季度"


class Expected(TextChoices):
    """Who is expected to bring a record of a kind, so that what is missing can be told."""

    NOBODY = "", "不要求"
    EACH_TOWNSHIP = "each_township", "每个街镇一份"
    EACH_QUARTER = "each_quarter", "每家运营企业每季度一份"
    EACH_DOCUMENT = "each_document", "方案所列每份上级文件至少一条"
    LEAD_UNIT = "lead_unit", "牵头单位至少一份"
    NEW_ESTATE = "new_estate", "每个新建小区一份"
