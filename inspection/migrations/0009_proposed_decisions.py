"""What the government decides is proposed before it is confirmed; undone, it is to be proposed anew."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inspection', '0008_objections'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='proposed',
            field=models.JSONField(blank=True, default=dict, help_text='按单位：结果、原因、类别、标准；由另一人确认', verbose_name='提出的审定意见'),
        ),
        migrations.AlterField(
            model_name='inspectionmove',
            name='action',
            field=models.CharField(choices=[('start', '起草自查报告'), ('save', '保存'), ('refreeze', '重新取数'), ('hand_up', '提请签发'), ('hand_back', '退回经办'), ('send', '签发报送'), ('withdraw', '撤回'), ('discard', '撤销'), ('take', '受理审核'), ('conclude', '审结'), ('reopen', '重新审核'), ('pass', '审核通过'), ('pass_short', '审核通过（渗透率未达参考值）'), ('vet_pass', '拟通过，报请复核'), ('vet_pass_short', '拟通过（渗透率未达参考值），报请复核'), ('return', '退回补正'), ('refuse', '不予通过'), ('vet_refusal', '拟不予通过，报请复核'), ('confirm_pass', '复核同意通过'), ('confirm_refusal', '复核同意不予通过'), ('overrule', '退回审核员'), ('compile', '开始汇总'), ('include', '列入汇总'), ('exclude', '移出汇总'), ('edit', '修改汇总意见'), ('submit', '上报区政府'), ('recall', '撤回上报'), ('abandon', '撤销汇总'), ('ratify', '审定通过'), ('send_down', '退回区经信局'), ('propose', '提出审定意见'), ('decide', '审定'), ('turn_down', '全部退回'), ('announce', '通报'), ('end_title', '撤销称号')], max_length=20, verbose_name='动作'),
        ),
    ]
