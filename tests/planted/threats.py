"""Faults planted for the second table of docs/security.md, by its rows, and for locks that no row of the two tables names."""

from tests.planted.plant import POSTGRESQL, Plant

THREATS: dict[str, tuple[Plant, ...]] = {
    "another unit's data": (
        Plant(
            "returns_of_everybody",
            "returns/models/returns.py",
            '        return self.filter(user.scope.areas("township__code"))',
            "        return self",
            ["tests/test_urls.py::test_every_post_gets_what_the_table_says[get returns:return]"],
        ),
        Plant(
            "power_not_asked",
            "accounts/access.py",
            "            if not allowed(request.user, powers):",
            "            if not request.user.is_authenticated:",
            ["tests/test_urls.py::test_every_post_gets_what_the_table_says[get returns:return]"],
        ),
        Plant(
            "power_not_asked_of_systems",
            "accounts/access.py",
            "        return allowed(request.user, view.powers)",
            "        return request.user.is_authenticated",
            ["tests/test_urls.py::test_every_post_gets_what_the_table_says[get area-list]"],
        ),
        Plant(
            "address_without_a_row",
            "reports/certificates/public_urls.py",
            '    path("key/", views.key, name="key"),',
            '    path("key/", views.key, name="key"),\n    path("all/", views.key, name="all"),',
            ["tests/test_urls.py::test_every_address_has_a_row"],
        ),
        Plant(
            "orders_of_everybody",
            "areas/models.py",
            '        return self.filter(user.scope.network("operator_id", "area__code"))',
            "        return self",
            ["tests/common/test_exports.py::test_export_holds_nothing_outside_the_scope"],
        ),
        Plant(
            "search_without_scope",
            "register/searching.py",
            'named(Site.objects.visible_to(user).select_related("area"),',
            'named(Site.objects.select_related("area"),',
            ["tests/register/test_search.py::test_search_finds_within_the_scope"],
        ),
    ),
    "formula injection": (
        Plant(
            "formula_in_an_export",
            "common/exports.py",
            '    cell.value, cell.data_type = text, "s"',
            "    cell.value = text",
            ["tests/common/test_exports.py::test_formula_stays_text_in_both_forms"],
        ),
        Plant(
            "formula_in_a_csv",
            "common/exports.py",
            """    return f"'{text}" if _FORMULA.match(text) else text""",
            "    return text",
            [
                "tests/common/test_exports.py::test_formula_stays_text_in_both_forms",
                "tests/common/test_exports.py::test_heading_that_looks_like_a_formula_stays_text",
            ],
        ),
        Plant(
            "formula_in_a_heading",
            "common/exports.py",
            '    cell.value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", text), "s"',
            '    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)',
            ["tests/common/test_exports.py::test_heading_that_looks_like_a_formula_stays_text"],
        ),
        Plant(
            "formula_in_a_workbook",
            "workbooks/styling.py",
            '        cell.data_type = "s"\n',
            "        pass\n",
            [
                "tests/workbooks/test_ledgers.py::test_text_that_looks_like_a_formula_stays_text",
                "tests/returns/test_summary.py::test_only_our_own_formulas_are_formulas",
            ],
        ),
    ),
    "hostile workbook": (
        Plant(
            "bomb_is_unpacked",
            "areas/package/workbook.py",
            "        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):",
            "        if entry.file_size < 0:",
            ["tests/areas/test_package_reading.py::TestHostileWorkbook::test_a_bomb"],
        ),
        Plant(
            "parts_not_read_before",
            "areas/package/workbook.py",
            "{info.filename: _part(archive, info) for info",
            "{info.filename: SheetScan(info.file_size) for info",
            [
                "tests/areas/test_package_reading.py::TestHostileWorkbook::test_a_cell_in_the_far_corner",
                "tests/areas/test_package_reading.py::TestHostileWorkbook::test_a_document_type",
                "tests/areas/test_package_reading.py::TestHostileWorkbook::test_a_size_that_lies",
            ],
        ),
        Plant(
            "document_type_is_read",
            "areas/package/workbook.py",
            '    if b"<!DOCTYPE" in window or b"<!ENTITY" in window:',
            '    if b"<!DOCTYPE" in window and not window:',
            ["tests/areas/test_package_reading.py::TestHostileWorkbook::test_a_document_type"],
        ),
        Plant(
            "far_corner_is_read",
            "areas/package/workbook.py",
            "    if seen.size < LARGE or _FAR.search(window):\n",
            "    if seen.size < 0:\n",
            ["tests/areas/test_package_reading.py::TestHostileWorkbook::test_a_cell_in_the_far_corner"],
        ),
        Plant(
            "broken_file_breaks_the_page",
            "gate/judging.py",
            "    raise refusal(BROKEN)\n",
            '    raise RuntimeError(said["raised"])\n',
            ["tests/gate/test_hostile_files.py::test_hostile_file_is_answered_soon_and_breaks_nothing"],
        ),
        Plant(
            "child_without_a_limit_of_memory",
            "gate/child.py",
            "        resource.setrlimit(resource.RLIMIT_AS, (held + memory, before[1]))",
            "        assert held and memory",
            ["tests/gate/test_judging.py::test_memory_is_limited_beyond_what_the_idle_child_has"],
        ),
        Plant(
            "child_without_a_limit_of_time",
            "gate/child.py",
            "    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))\n",
            "",
            ["tests/gate/test_judging.py::test_what_takes_too_long_or_dies_is_refused_and_the_next_is_judged"],
        ),
        Plant(
            "pdf_may_act",
            "evidence/pdfs.py",
            "            if said := _active(each):",
            '            if said := "" and _active(each):',
            ["tests/evidence/test_pdfs.py::test_pdf_that_does_more_than_show_is_refused"],
        ),
        Plant(
            "locked_pdf_is_taken",
            "evidence/pdfs.py",
            "        if reader.is_encrypted:",
            "        if reader is None:",
            ["tests/evidence/test_pdfs.py::test_pdf_that_does_more_than_show_is_refused"],
        ),
    ),
    "stored script in a name": (
        Plant(
            "name_not_escaped",
            "templates/register/area.html",
            "{% block heading %}{{ name }}{% endblock %}",
            "{% block heading %}{{ name|safe }}{% endblock %}",
            ["tests/gate/test_stored_script.py::test_script_in_every_text_is_shown_as_text_on_every_page"],
        ),
        Plant(
            "preview_not_escaped",
            "templates/workbooks/ledgers/_cells.html",
            "<strong>{{ cell.after }}</strong>",
            "<strong>{{ cell.after|safe }}</strong>",
            ["tests/workbooks/test_ledger_files.py::test_stored_script_is_shown_as_text"],
        ),
    ),
    "mass assignment": (
        Plant(
            "request_unpacked",
            "reports/certificates/public_views.py",
            '    typed = request.GET.get("code", "")',
            '    typed = dict(**request.GET.dict()).get("code", "")',
            ["tests/gate/test_mass_assignment.py::test_nothing_of_a_request_is_unpacked"],
        ),
        Plant(
            "every_column_of_a_model",
            "register/api.py",
            '        fields = ["order_id", "operator", "area_code", "accepted_on", "completed_on", "cancelled_on", "needs_expansion"]',
            '        fields = "__all__"',
            ["tests/gate/test_mass_assignment.py::test_nothing_of_a_request_is_unpacked"],
        ),
    ),
    "garbage to the API": (
        Plant(
            "version_is_a_number",
            "common/forms.py",
            "    return int(text) if text.isdecimal() and len(text) <= _DIGITS else -1",
            "    return int(text)",
            ["tests/gate/test_generated_requests.py::test_generated_request_breaks_nothing"],
        ),
        Plant(
            "day_is_a_day",
            "common/filters.py",
            "        except ValueError as refusal:\n            raise ValidationError(str(refusal), code=\"invalid\") from None",
            "        except KeyError as refusal:\n            raise ValidationError(str(refusal), code=\"invalid\") from None",
            ["tests/register/test_api.py::test_api_answers_garbage"],
        ),
        Plant(
            "rows_are_rows",
            "workbooks/ledgers/api.py",
            '        except Unusable as reason:\n            return Response({"detail": str(reason)}, status=400)',
            '        except KeyError as reason:\n            return Response({"detail": str(reason)}, status=400)',
            ["tests/workbooks/test_ledger_api.py::test_garbage_is_answered_with_what_is_expected"],
        ),
    ),
    "privilege through the admin or user pages": (
        Plant(
            "deed_without_its_power",
            "accounts/actions.py",
            "    if not by.may(power):",
            "    if not by.is_active:",
            ["tests/accounts/test_actions.py::test_deeds_by_post"],
        ),
        Plant(
            "deed_to_oneself",
            "accounts/actions.py",
            "    if user.pk == by.pk:",
            "    if user is None:",
            ["tests/accounts/test_actions.py::test_nobody_does_it_to_oneself"],
        ),
        Plant(
            "administrators_in_one",
            "accounts/posts.py",
            "frozenset({Power.MANAGE_ACCOUNTS, Power.SEE_STATUS})",
            "frozenset({Power.MANAGE_ACCOUNTS, Power.SEE_STATUS, Power.ASSIGN_POSTS})",
            ["tests/accounts/test_posts.py::test_separated_powers_never_meet_in_a_post"],
        ),
    ),
    "session": (
        Plant(
            "session_tied_to_the_password_alone",
            "accounts/models.py",
            "tied = [self.password, self.post, self.area_id, self.operator_id, self.is_active, self.session_version]",
            "tied = [self.password]",
            ["tests/accounts/test_sessions.py::test_session_dies_at_once"],
        ),
        Plant(
            "login_keeps_the_key",
            "accounts/login.py",
            "    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])",
            "    request.session.cycle_key = lambda: None\n"
            "    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])",
            ["tests/accounts/test_sessions.py::test_login_changes_the_session_key"],
        ),
        Plant(
            "logout_leaves_the_session",
            "accounts/login.py",
            "    sessions.end_own(request)\n    logout(request)",
            "    sessions.end_own(request)\n    assert logout",
            ["tests/accounts/test_sessions.py::test_logout_kills_the_session_on_the_server"],
        ),
        Plant(
            "session_without_an_end",
            "qingcheng_fiber/settings.py",
            "SESSION_COOKIE_AGE = 60 * ",
            "SESSION_COOKIE_AGE = 60 * 60 * ",
            ["tests/accounts/test_sessions.py::test_session_ends_some_time_after_its_last_use"],
        ),
        Plant(
            "ended_session_is_read",
            "accounts/access.py",
            "User.objects.open().select_related",
            "User.objects.select_related",
            ["tests/accounts/test_login_sessions.py::test_account_past_its_time_is_out_at_once"],
        ),
    ),
    "brute force": (
        Plant(
            "ceiling_of_a_name_lifted",
            "accounts/throttle.py",
            "FailureKind.ACCOUNT: Ceiling(10, 20, many, DAY),",
            "FailureKind.ACCOUNT: Ceiling(10, 20, 60, DAY),",
            ["tests/accounts/test_throttle.py::test_attack_of_a_day_gains_few_guesses"],
        ),
        Plant(
            "strangers_lock_the_owner_out",
            "accounts/throttle.py",
            "_held(username, address, steps[-1:] if known else steps)",
            "_held(username, address, steps)",
            [
                "tests/accounts/test_throttle.py::test_victim_gets_in_from_her_address_while_strangers_are_at_the_ceilings"
            ],
        ),
        Plant(
            "unknown_name_is_told",
            "accounts/login.py",
            '        raise LoginRefused("用户名或密码不正确，或账号已停用。请核对后重新输入。")',
            "        is_there = User.objects.filter(username=username).exists()\n"
            '        raise LoginRefused("密码不正确，或账号已停用。" if is_there else "没有该用户名。")',
            [
                "tests/accounts/test_login.py::test_wrong_name_wrong_password_and_disabled_account_get_the_same_answer"
            ],
        ),
    ),
    "skipped steps, one's own work": (
        Plant(
            "own_figures_approved",
            "returns/review/decisions.py",
            "    if quarterly_return.has_hand_of(by):",
            "    if not quarterly_return:",
            ["tests/returns/test_moves.py::test_nobody_approves_figures_of_his_own"],
        ),
        Plant(
            "own_unit_examined",
            "inspection/hands.py",
            "    if bar := Apart(units, by).bar(hand):",
            '    if bar := "" and Apart(units, by).bar(hand):',
            [
                "tests/inspection/test_machine.py::test_random_walks_take_legal_moves_and_no_others",
                "tests/simulation/test_simulation.py::test_life_goes_as_the_business_says",
            ],
        ),
        Plant(
            "step_from_anywhere",
            "workflow/engine.py",
            "            current.state in move.sources\n            and current.version == version",
            "            current.version == version",
            ["tests/inspection/test_machine.py::test_random_walks_take_legal_moves_and_no_others"],
        ),
    ),
    "the public certificate page": (
        Plant(
            "unknown_code_asks_less",
            "reports/certificates/public_views.py",
            '    successions = list(Succession.objects.filter(area__certificates__code=code).select_related("successor"))\n'
            "    if found:\n",
            "    if found:\n"
            '        successions = list(Succession.objects.filter(area__certificates__code=code).select_related("successor"))\n',
            ["tests/reports/certificates/test_public.py::test_unknown_code_gets_the_same_page_with_the_same_queries"],
        ),
        Plant(
            "asked_without_end",
            "reports/certificates/throttle.py",
            "    return 60 - now.second if count > settings.CERTIFICATE_LOOKUPS else 0",
            "    return 0 if count else 0",
            ["tests/reports/certificates/test_public.py::test_too_many_questions_from_an_address_are_answered_later"],
        ),
        Plant(
            "signer_on_the_page",
            "reports/certificates/statement.py",
            '        "issuer": certificate.issuer,',
            '        "issuer": f"{certificate.issuer}{certificate.moves.last().by.name}",',
            ["tests/reports/certificates/test_public.py::test_page_gives_no_name_of_a_person_and_no_reason"],
        ),
    ),
    "audit trail": (
        Plant(
            "content_not_hashed_again",
            "accounts/audit.py",
            "        matches = digest(entry) == entry.hash",
            "        matches = bool(digest(entry))",
            ["tests/accounts/test_audit.py::test_tampering_is_found_where_it_happened"],
        ),
        Plant(
            "end_not_compared",
            "accounts/audit.py",
            "    if (head.sequence, head.hash) != (sequence, previous):",
            "    if not head:",
            ["tests/accounts/test_audit.py::test_tampering_is_found_where_it_happened"],
        ),
        Plant(
            "entries_may_be_changed",
            "common/append_only.py",
            'f"BEFORE UPDATE ON {self.table} {refuse}",',
            'f"BEFORE UPDATE ON {self.table} BEGIN SELECT 1; END",',
            ["tests/accounts/test_audit.py::test_database_refuses_changes"],
        ),
        Plant(
            "entries_may_be_changed_on_a_server",
            "common/append_only.py",
            'f"{self.name}_append_only": f"BEFORE UPDATE OR TRUNCATE ON {self.table} {execute}",',
            'f"{self.name}_append_only": f"BEFORE TRUNCATE ON {self.table} {execute}",',
            ["tests/accounts/test_audit.py::test_database_refuses_changes"],
            on=POSTGRESQL,
        ),
        Plant(
            "always_the_same_hash",
            "accounts/audit.py",
            '"algorithm": settings.AUDIT_HASH,',
            '"algorithm": "sha256",',
            ["tests/accounts/test_audit.py::test_hash_algorithm_is_a_setting_and_kept_in_the_row"],
        ),
        Plant(
            "kept_for_a_month",
            "qingcheng_fiber/env.py",
            "    if 0 < value < least:",
            "    if value < 0 < least:",
            ["tests/accounts/test_archives.py::test_fewer_than_six_months_stop_the_start"],
        ),
        Plant(
            "thinned_without_its_file",
            "accounts/retention.py",
            "    if problem := archives.problem(archive):\n        raise Refused(f",
            '    if problem := "" and archives.problem(archive):\n        raise Refused(f',
            ["tests/accounts/test_archives.py::test_nothing_is_thinned_whose_file_is_gone"],
        ),
        Plant(
            "signature_not_compared",
            "accounts/archives.py",
            '    return "" if payload == said_of(archive) else',
            '    return "" if payload else',
            ["tests/accounts/test_archives.py::test_missing_or_changed_archive_is_said"],
        ),
        Plant(
            "unarchived_entries_may_go",
            "accounts/triggers.py",
            'key="sequence", deleted_when=_IS_ARCHIVED)',
            'key="sequence", deleted_when="1 = 1")',
            ["tests/accounts/test_archives.py::test_database_lets_nothing_go_that_is_not_archived"],
        ),
        Plant(
            "word_of_a_stranger",
            "deploy/nginx/portal-proxy.conf",
            "proxy_set_header X-Forwarded-For $remote_addr;",
            "proxy_set_header X-Forwarded-For $http_x_forwarded_for;",
            ["tests/upkeep/test_deployment.py::test_portal_behind_nginx_stays_up"],
        ),
    ),
    "level 3: second factor": (
        Plant(
            "password_is_enough",
            "accounts/login.py",
            "    if second_factor.of(user):",
            "    if not second_factor:",
            ["tests/accounts/test_second_factor.py::test_password_alone_lets_nobody_in_who_has_enrolled"],
        ),
        Plant(
            "code_used_again",
            "accounts/second_factor.py",
            "filter(pk=factor.pk, last_step__lt=step)",
            "filter(pk=factor.pk)",
            ["tests/accounts/test_second_factor.py::test_code_is_used_once"],
        ),
    ),
    "level 3: integrity of stored verdicts": (
        Plant(
            "verdict_believed",
            "acceptance/judging/sealed_runs.py",
            "        return stamp.seal(tuple(self.values[:width]), said, engine).digest",
            "        return self.digest if stamp and said else self.digest",
            ["tests/acceptance/judging/test_sealed_runs.py::test_change_of_any_column_of_a_verdict_is_named"],
        ),
        Plant(
            "rows_not_compared",
            "witness/verifying.py",
            "            if column in now and now[column] != value and column not in but:",
            "            if column in but:",
            ["tests/witness/test_verifying.py::test_change_of_any_sealed_column_of_any_table_is_named"],
        ),
    ),
    "level 3: encrypted backups": (
        Plant(
            "written_in_clear",
            "upkeep/backups/archive.py",
            '    with _piped(lambda source: pyrage.encrypt_io(source, target, recipients), "r") as stream:\n        yield stream',
            "    yield target",
            [
                "tests/upkeep/backups/test_archive.py::test_encrypted_archive_is_read_by_each_owner_of_a_key",
                "tests/upkeep/backups/test_archive.py::test_encrypted_archive_that_cannot_be_read_is_refused",
            ],
        ),
        Plant(
            "first_key_only",
            "upkeep/backups/archive.py",
            "pyrage.encrypt_io(source, target, recipients)",
            "pyrage.encrypt_io(source, target, recipients[:1])",
            ["tests/upkeep/backups/test_archive.py::test_encrypted_archive_is_read_by_each_owner_of_a_key"],
        ),
    ),
    "level 3: database role without UPDATE and DELETE": (
        Plant(
            "history_may_be_changed",
            "upkeep/database_roles.py",
            '        yield f"REVOKE ALL ON {quote(table)} FROM {works}"\n',
            "",
            ["tests/upkeep/test_database_roles.py::test_history_is_refused_by_the_server"],
            on=POSTGRESQL,
        ),
        Plant(
            "excess_not_told",
            "upkeep/database_roles.py",
            "        return [name for (name,) in cursor.fetchall()]",
            "        return []",
            ["tests/upkeep/test_database_roles.py::test_check_names_what_another_role_may_change"],
            on=POSTGRESQL,
        ),
    ),
}

BESIDES: dict[str, tuple[Plant, ...]] = {
    "strange methods": (
        Plant(
            "any_method_is_taken",
            "qingcheng_fiber/middleware.py",
            "        if request.method in METHODS:",
            "        if request.method:",
            ["tests/qingcheng_fiber/test_errors.py::test_strange_method_is_refused"],
        ),
        Plant(
            "wrong_method_without_a_page",
            "qingcheng_fiber/middleware.py",
            '        if response.status_code not in IN_JSON or response.streaming or response.content or request.method == "HEAD":',
            "        if response.status_code:",
            ["tests/qingcheng_fiber/test_errors.py::test_wrong_method_is_told_on_a_page"],
        ),
    ),
    "read replica": (
        Plant(
            "sessions_read_from_the_standby",
            "qingcheng_fiber/replica.py",
            '"accounts sessions inbox',
            '"accounts inbox',
            ["tests/qingcheng_fiber/test_replica.py::test_what_a_reading_writes_is_read_where_it_is_written"],
        ),
        Plant(
            "own_write_not_awaited",
            "qingcheng_fiber/replica.py",
            "    return stands.is_asked and stands.replayed >= int(written)",
            "    return stands.is_asked and int(written) >= 0",
            [
                "tests/qingcheng_fiber/test_replica.py::test_pages_come_from_the_standby_and_nobody_misses_her_own_write"
            ],
            on=POSTGRESQL,
        ),
    ),
    "proxy": (
        Plant(
            "metrics_let_through",
            "deploy/nginx/portal.conf",
            "    location = /metrics { return 404; }\n",
            "",
            ["tests/upkeep/test_deployment.py::test_portal_behind_nginx_stays_up"],
        ),
    ),
}
"""By what they are about; what shows these locks stands in the tables of the requirements."""
