"""The listed values of the appraisal, with the words of the screens."""

from django.db.models import TextChoices


class AppraisedGroup(TextChoices):
    TOWNSHIP = "township", "街镇"
    UNIT = "unit", "牵头单位"
    OPERATOR = "operator", "运营企业"


class AppraisalState(TextChoices):
    DRAFT = "draft", "草稿"
    OBJECTING = "objecting", "征求意见"
    FROZEN = "frozen", "已定稿"
    PUBLISHED = "published", "已公布"
    VOID = "void", "已撤销"


class AppraisalAction(TextChoices):
    BEGIN = "begin", "开始考核"
    TAKE = "take", "重新计分"
    OPEN = "open", "征求意见"
    REDO = "redo", "退回草稿"
    FREEZE = "freeze", "定稿"
    PUBLISH = "publish", "公布"
    DISCARD = "discard", "撤销考核"
