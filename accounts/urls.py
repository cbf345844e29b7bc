"""Addresses of login, the user's own account, account administration and the audit trail."""

from django.urls import path

from accounts import anomaly_views, factor_views, session_views, token_views, trail, views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/code/", factor_views.second_step, name="second_step"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password, name="password"),
    path("me/", views.me, name="me"),
    path("second-factor/", factor_views.second_factor, name="second_factor"),
    path("second-factor/codes/", factor_views.renew_codes, name="renew_codes"),
    path("second-factor/remove/", factor_views.remove, name="remove_second_factor"),
    path("sessions/end/", session_views.end_all, name="end_sessions"),
    path("sessions/<int:pk>/end/", session_views.end, name="end_session"),
    path("alarms/", session_views.alarms, name="alarms"),
    path("alarms/<int:pk>/release/", session_views.release, name="release"),
    path("tokens/", token_views.index, name="tokens"),
    path("tokens/<int:pk>/revoke/", token_views.revoke, name="revoke_token"),
    path("users/", views.users, name="users"),
    path("users/new/", views.new_user, name="new_user"),
    path("users/<int:pk>/", views.user, name="user"),
    path("users/<int:pk>/edit/", views.edit_user, name="edit_user"),
    path("users/<int:pk>/post/", views.assign_post, name="assign_post"),
    path("users/<int:pk>/reset/", views.reset_password, name="reset_password"),
    path("users/<int:pk>/disable/", views.disable_user, name="disable_user"),
    path("users/<int:pk>/enable/", views.enable_user, name="enable_user"),
    path("users/<int:pk>/life/", session_views.life, name="life"),
    path("users/<int:pk>/reopen/", views.reopen_user, name="reopen_user"),
    path("users/<int:pk>/second-factor/reset/", views.reset_second_factor, name="reset_second_factor"),
    path("users/<int:pk>/sessions/end/", views.end_sessions_of_user, name="end_sessions_of_user"),
    path("users/<int:pk>/unlock/", views.unlock_user, name="unlock_user"),
    path("users/tokens/<int:pk>/revoke/", token_views.revoke_of_user, name="revoke_token_of_user"),
    path("audit/", trail.audit, name="audit"),
    path("audit/verify/", trail.verify, name="audit_verify"),
    path("audit/questions/", trail.keep_question, name="keep_question"),
    path("audit/questions/<int:pk>/drop/", trail.drop_question, name="drop_question"),
    path("audit/archives/", trail.archive_list, name="archives"),
    path("audit/archives/<int:first>/", trail.archive, name="archive"),
    path("audit/anomalies/", anomaly_views.index, name="anomalies"),
    path("audit/anomalies/check/", anomaly_views.check, name="check_anomalies"),
    path("audit/anomalies/rules/<slug:rule>/", anomaly_views.set_threshold, name="anomaly_threshold"),
    path("audit/<int:sequence>/", trail.entry, name="entry"),
]
