"""What is typed off a receipt or a circular."""

import re

from django import forms

from witness import tree


class ReceiptForm(forms.Form):
    position = forms.IntegerField(label="存证序号", min_value=1, help_text="回执上的“存证序号”，通报上的“第……条”")
    root = forms.CharField(
        label="存证树根", max_length=200, help_text="十组，每组四位；空格和大小写不限", widget=forms.TextInput
    )

    def clean_root(self) -> str:
        root = tree.typed(self.cleaned_data["root"])
        if not re.fullmatch(rf"[0-9a-f]{{{tree.SHORT},128}}", root):
            raise forms.ValidationError(f"树根应为 {tree.SHORT} 位数字和字母 A–F，现为 {len(root)} 位，请核对。")
        return root
