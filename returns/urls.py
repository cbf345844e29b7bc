from django.urls import path

from returns import paper_views, views
from returns.checks import views as check_views
from returns.counts import comparison_views
from returns.counts import views as count_views
from returns.entry import views as entry_views
from returns.review import batch_views
from returns.review import views as review_views
from returns.rounds import late_views
from returns.rounds import views as round_views
from returns.sources import views as source_views

app_name = "returns"
urlpatterns = [
    path("", views.index, name="index"),
    path("batch/", batch_views.batch, name="batch"),
    path("checks/", check_views.checks, name="checks"),
    path("checks/<str:code>/", check_views.check, name="check_terms"),
    path("operators/", count_views.index, name="counts_index"),
    path("operators/<slug:county>/<quarter:quarter>/", count_views.counts_, name="counts"),
    path("comparison/<quarter:quarter>/", comparison_views.townships, name="comparison"),
    path("comparison/<quarter:quarter>/<slug:code>/", comparison_views.villages, name="comparison_villages"),
    path("rounds/", round_views.index, name="rounds"),
    path("rounds/open/", round_views.open_, name="open_round"),
    path("rounds/<quarter:quarter>/summary/", paper_views.summary_page, name="summary"),
    path("rounds/<quarter:quarter>/summary/<paper_form:form>/", paper_views.summary_file, name="summary_file"),
    path("rounds/<quarter:quarter>/", round_views.round_, name="round"),
    path("rounds/<quarter:quarter>/<str:code>/urge/", round_views.urge, name="urge"),
    path("rounds/<quarter:quarter>/<str:code>/unlock/", round_views.unlock, name="unlock"),
    path("rounds/<quarter:quarter>/late/", late_views.ask, name="ask_late"),
    path("late/<int:pk>/", late_views.answer, name="late"),
    path("open/<quarter:quarter>/", entry_views.open_, name="open"),
    path("<int:pk>/", views.return_, name="return"),
    path("<int:pk>/sources/", source_views.sources, name="sources"),
    path("<int:pk>/check/", entry_views.check, name="check"),
    path("<int:pk>/sign/", entry_views.sign, name="sign"),
    path("<int:pk>/receipt/<int:move>/", views.receipt, name="receipt"),
    path("<int:pk>/villages/<str:code>/", views.history, name="history"),
    path("<int:pk>/sheet/", views.sheet, name="sheet"),
    path("<int:pk>/sheet/<paper_form:form>/", paper_views.sheet_file, name="sheet_file"),
    path("<int:pk>/withdraw/", entry_views.withdraw, name="withdraw"),
    path("<int:pk>/correct/", entry_views.correct, name="correct"),
    path("<int:pk>/discard/", entry_views.discard, name="discard"),
    path("<int:pk>/review/", review_views.review, name="review"),
    path("<int:pk>/send-back/", review_views.send_back, name="send_back"),
]
