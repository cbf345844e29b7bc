"""What is known of a file that somebody handed in as proof; whose proof it is, the rooms above say in tables of their own."""

from django.db import models


class KeptFile(models.Model):
    """A file as it lies outside the web root, under its digest.

    ``place`` stands before the digest, so that files of different rules lie apart; tables of one place share their files.
    """

    place = "kept-"

    name = models.CharField("文件名", max_length=100)
    media_type = models.CharField("文件类型", max_length=40)
    size = models.PositiveIntegerField("大小", help_text="字节")
    algorithm = models.CharField("摘要算法", max_length=10)
    digest = models.CharField("摘要", max_length=128)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Under which the file lies."""
        return f"{self.place}{self.digest}"

    @property
    def what(self) -> str:
        """What a sentence calls it."""
        return str(self._meta.verbose_name)

    @classmethod
    def file_fields(cls) -> list[str]:
        """The names of the columns that tell of the file, and not whose it is."""
        bases = [base for base in (KeptPhoto, KeptFile) if issubclass(cls, base)]
        return [field.name for field in bases[0]._meta.get_fields()]


class KeptPhoto(KeptFile):
    """A file of which is also known what the camera wrote into it, when and where it was taken, and how the picture looks."""

    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    taken_lon = models.FloatField("拍摄经度", null=True, blank=True, help_text="WGS-84，度")
    taken_lat = models.FloatField("拍摄纬度", null=True, blank=True, help_text="WGS-84，度")
    look = models.CharField("图像特征", max_length=16, blank=True, default="", help_text="差异哈希，16 位十六进制")

    class Meta:
        abstract = True
