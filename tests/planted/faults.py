"""Faults planted for the first table of docs/security.md, by its rows."""

from tests.planted.plant import POSTGRESQL, Plant

FAULTS: dict[str, tuple[Plant, ...]] = {
    "worker killed in mid-upload": (
        Plant(
            "delivery_by_itself",
            "offline/deliveries.py",
            "@transaction.atomic\ndef once(",
            "def once(",
            ["tests/gate/test_killed.py::test_upload_whose_server_was_killed_leaves_no_row_and_can_be_sent_again"],
        ),
        Plant(
            "nothing_swept",
            "evidence/store.py",
            "                part.unlink()\n",
            "",
            [
                "tests/gate/test_uploads.py::test_what_a_killed_process_left_half_written_is_swept",
                "tests/gate/test_killed.py::test_upload_whose_server_was_killed_leaves_no_row_and_can_be_sent_again",
            ],
        ),
        Plant(
            "swept_while_written",
            "evidence/store.py",
            "(now - STRAY_AFTER).timestamp()",
            "now.timestamp()",
            ["tests/gate/test_uploads.py::test_what_a_killed_process_left_half_written_is_swept"],
        ),
    ),
    "PostgreSQL killed under load": (
        Plant(
            "commit_not_awaited",
            "qingcheng_fiber/database.py",
            '"OPTIONS": dict(parse_qsl(parts.query)),',
            '"OPTIONS": {"options": "-c synchronous_commit=off"} | dict(parse_qsl(parts.query)),',
            ["tests/benchmarks/test_kills.py::test_nothing_acknowledged_is_lost"],
            on=POSTGRESQL,
        ),
        Plant(
            "away_is_a_fault",
            "common/database.py",
            "            return True\n",
            "            return False\n",
            [
                "tests/qingcheng_fiber/test_errors.py::test_database_away_before_the_view_is_503_too",
                "tests/qingcheng_fiber/test_errors.py::test_fault_of_a_view_is_answered_in_chinese",
            ],
        ),
    ),
    "database restarted under persistent connections": (
        Plant(
            "connections_not_looked_at",
            "qingcheng_fiber/database.py",
            '"CONN_HEALTH_CHECKS": True,',
            '"CONN_HEALTH_CHECKS": False,',
            [
                "tests/qingcheng_fiber/test_serving.py::test_database_restarted_under_persistent_connections_fails_no_request"
            ],
            on=POSTGRESQL,
        ),
    ),
    "SQLite, several writers": (
        Plant(
            "writers_begin_deferred",
            "qingcheng_fiber/database.py",
            '"transaction_mode": "IMMEDIATE",',
            '"transaction_mode": "DEFERRED",',
            ["tests/simulation/test_simulation.py::test_many_writers_at_once_are_all_served"],
        ),
    ),
    "reading while a writer holds the lock": (
        Plant(
            "each_request_a_transaction",
            "qingcheng_fiber/database.py",
            '"NAME": path, "OPTIONS": SQLITE_OPTIONS}',
            '"NAME": path, "OPTIONS": SQLITE_OPTIONS, "ATOMIC_REQUESTS": True}',
            [
                "tests/qingcheng_fiber/test_reading_beside_a_writer.py::test_pages_are_read_while_a_writer_holds_the_lock"
            ],
        ),
    ),
    "ten simultaneous approvals": (
        Plant(
            "step_not_claimed",
            "workflow/engine.py",
            "rows.filter(pk=subject.pk, state=current.state, version=version).update(",
            "rows.filter(pk=subject.pk).update(",
            ["tests/returns/entry/test_races.py::test_of_ten_decisions_one_wins"],
            on=POSTGRESQL,
        ),
        Plant(
            "whatever_the_page_showed",
            "workflow/engine.py",
            "            current.state in move.sources\n            and current.version == version\n"
            "            and rows.filter(pk=subject.pk, state=current.state, version=version).update(",
            "            rows.filter(pk=subject.pk).update(",
            [
                "tests/returns/entry/test_races.py::test_of_ten_decisions_one_wins",
                "tests/simulation/test_simulation.py::test_of_ten_at_once_one_decides[approve or send back]",
            ],
        ),
    ),
    "two officials edit one cell": (
        Plant(
            "last_cell_stands",
            "entry/cells.py",
            "    if stands not in cell.seen:\n        return Settled(cell, Fate.CONFLICT, stands)\n",
            "",
            ["tests/entry/test_cells.py::test_two_people_on_a_cell_and_the_second_sees_both_values"],
        ),
        Plant(
            "last_form_stands",
            "returns/entry/saving.py",
            "    if clashes:\n        raise Contested(clashes)\n",
            "",
            ["tests/returns/entry/test_races.py::test_two_clerks_on_one_cell"],
        ),
    ),
    "the same form ten times": (
        Plant(
            "return_not_known_again",
            "returns/pages.py",
            'return made.select_related("quarterly_return").first()',
            "return None",
            [
                "tests/simulation/test_simulation.py::test_form_sent_ten_times_has_one_effect_and_one_answer[hand up]",
            ],
        ),
        Plant(
            "report_not_known_again",
            "inspection/views.py",
            "if not _repeated(request, report, action, version):",
            "if report:",
            [
                "tests/simulation/test_simulation.py::test_form_sent_ten_times_has_one_effect_and_one_answer[send a report]",
            ],
        ),
    ),
    "browser killed with an unsaved form": (
        Plant(
            "cells_kept_by_the_page",
            "static/js/entry-queue.js",
            'put: function (records) { return ask("put", records); },',
            "put: function (records) { return Promise.resolve(records && undefined); },",
            ["tests/browser/test_entry_saving.py::test_killed_browser_loses_nothing"],
        ),
        Plant(
            "visits_kept_by_the_page",
            "static/js/offline-store.js",
            'return at("entries").put(row);',
            "return null;",
            ["tests/browser/test_field.py::test_sixty_sites_without_a_network_and_a_browser_killed_at_every_tenth"],
        ),
    ),
    "network gone, then back": (
        Plant(
            "unsent_is_dropped",
            "static/js/entry-saving.js",
            '    if (cell.state === "saving") mark(cell, "failed");',
            '    cell.pending = null;\n    if (cell.state === "saving") mark(cell, "failed");',
            ["tests/browser/test_entry_saving.py::test_network_gone_and_back"],
        ),
    ),
    "disk full": (
        Plant(
            "full_database_is_a_fault",
            "gate/disk.py",
            'return "disk is full" in str(fault) or getattr(fault.__cause__, "pgcode", "") == _SAYS_POSTGRESQL',
            "return False",
            [
                "tests/qingcheng_fiber/test_errors.py::test_fault_of_a_view_is_answered_in_chinese",
                "tests/gate/test_full_disk.py::test_sqlite_on_a_full_disk_is_read_and_says_507_to_who_saves",
            ],
        ),
        Plant(
            "full_disk_is_a_fault",
            "gate/disk.py",
            "return isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT)",
            "return False",
            [
                "tests/inspection/test_pages.py::test_full_disk_leaves_no_row_and_no_part",
                "tests/qingcheng_fiber/test_errors.py::test_fault_of_a_view_is_answered_in_chinese",
            ],
        ),
        Plant(
            "part_left_on_a_full_disk",
            "evidence/store.py",
            "        Path(name).unlink(missing_ok=True)\n        raise",
            "        raise",
            ["tests/inspection/test_pages.py::test_full_disk_leaves_no_row_and_no_part"],
        ),
        Plant(
            "session_must_be_written",
            "qingcheng_fiber/middleware.py",
            'with left_out_when_full("when a session was last used") if is_look else nullcontext(), _fault_told():',
            "with nullcontext(left_out_when_full) if is_look else nullcontext(), _fault_told():",
            ["tests/gate/test_full_disk.py::test_sqlite_on_a_full_disk_is_read_and_says_507_to_who_saves"],
        ),
        Plant(
            "unsaved_session_is_an_ended_one",
            "qingcheng_fiber/middleware.py",
            "        if isinstance(cause, AWAY):",
            "        if cause is None:",
            [
                "tests/gate/test_full_disk.py::test_sqlite_on_a_full_disk_is_read_and_says_507_to_who_saves",
                "tests/qingcheng_fiber/test_errors.py::test_session_that_cannot_be_saved_is_told_by_its_cause",
            ],
        ),
        Plant(
            "login_must_be_written",
            "accounts/sessions.py",
            '        with left_out_when_full("when a login was last used"):\n    ',
            "",
            ["tests/gate/test_full_disk.py::test_sqlite_on_a_full_disk_is_read_and_says_507_to_who_saves"],
        ),
        Plant(
            "log_not_held_open",
            "qingcheng_fiber/wsgi.py",
            "\nhold_open()\n",
            "\nhold_open\n",
            ["tests/gate/test_full_disk.py::test_sqlite_on_a_full_disk_is_read_and_says_507_to_who_saves"],
        ),
    ),
    "a quarter's edge": (
        Plant(
            "clock_of_greenwich",
            "common/clock.py",
            "    moment, behind = timezone.localtime(), _behind.get()",
            "    moment, behind = timezone.now(), _behind.get()",
            ["tests/qingcheng_fiber/test_clock.py::test_quarter_turns_at_midnight_in_shanghai"],
        ),
    ),
    "backup and restore": (
        Plant(
            "keys_left_out",
            "upkeep/backups/making.py",
            'NOT_KEPT = {"jobs",',
            'NOT_KEPT = {"keys", "jobs",',
            ["tests/upkeep/backups/test_backup.py::test_everything_is_destroyed_and_comes_back"],
        ),
        Plant(
            "half_is_taken",
            "upkeep/backups/archive.py",
            '        raise Refused("备份已损坏或不完整，未恢复任何内容。") from error',
            "        return {} if error else {}",
            [
                "tests/upkeep/backups/test_archive.py::test_archive_cut_short_anywhere_is_refused",
                "tests/upkeep/backups/test_archive.py::test_archive_changed_anywhere_is_refused_or_reads_as_it_was",
            ],
        ),
        Plant(
            "files_not_compared",
            "upkeep/backups/archive.py",
            'if manifest["format"] != FORMAT or manifest["files"] != found:',
            'if manifest["format"] != FORMAT:',
            ["tests/upkeep/backups/test_archive.py::test_archive_changed_anywhere_is_refused_or_reads_as_it_was"],
        ),
        Plant(
            "missing_files_unnoticed",
            "upkeep/backups/making.py",
            'said["missing"] = sorted(_named(snapshot, said["tables"]) - _kept(archive))',
            'said["missing"] = []',
            ["tests/upkeep/backups/test_backup.py::test_missing_evidence_makes_no_good_backup"],
        ),
        Plant(
            "not_read_back",
            "upkeep/backups/making.py",
            "        if read(stream) != manifest:\n",
            "        if not stream:\n",
            ["tests/upkeep/backups/test_backup.py::test_backup_that_is_read_back_wrong_is_thrown_away"],
        ),
        Plant(
            "draft_left_on_a_full_disk",
            "upkeep/backups/making.py",
            "with tempfile.TemporaryDirectory(prefix=_draft_prefix(), dir=folder) as scratch:",
            "with contextlib.nullcontext(tempfile.mkdtemp(prefix=_draft_prefix(), dir=folder)) as scratch:",
            ["tests/upkeep/backups/test_backup.py::test_backup_on_a_full_disk_leaves_nothing_but_a_sentence"],
        ),
        Plant(
            "others_thinned",
            "upkeep/backups/thinning.py",
            "if each and each.mark == mark}",
            "if each}",
            ["tests/upkeep/backups/test_backup.py::test_backup_thins_its_own_and_nothing_else"],
        ),
        Plant(
            "half_restored",
            "upkeep/backups/restoring.py",
            "        for step in reversed(undo):\n            step()\n        raise",
            "        raise",
            ["tests/upkeep/backups/test_backup.py::test_failed_restore_changes_nothing"],
        ),
        Plant(
            "half_a_database",
            "upkeep/backups/databases.py",
            "                if script.wait() == 0:\n"
            '                    session.stdin.write(b"COMMIT;\\n")\n'
            "                    session.stdin.close()\n"
            "            except BrokenPipeError:\n"
            "                script.kill()\n"
            '                said = b""\n'
            "            if script.wait():\n"
            "                session.kill()\n",
            '                session.stdin.write(b"COMMIT;\\n")\n'
            "                session.stdin.close()\n"
            "            except BrokenPipeError:\n"
            "                script.kill()\n"
            '                said = b""\n'
            "            script.wait()\n",
            ["tests/upkeep/backups/test_backup.py::test_failed_restore_changes_nothing"],
            on=POSTGRESQL,
        ),
        Plant(
            "consent_not_asked",
            "upkeep/backups/restoring.py",
            "    if consent != CONSENT and not is_empty:",
            "    if not consent and not is_empty:",
            ["tests/upkeep/backups/test_backup.py::test_restore_needs_an_empty_place_or_the_word_of_consent"],
        ),
        Plant(
            "newer_is_taken",
            "upkeep/backups/restoring.py",
            'if unknown := sorted(set(manifest["migrations"]) - known):',
            'if unknown := sorted(set(manifest["migrations"]) - known - set(manifest["migrations"])):',
            ["tests/upkeep/backups/test_backup.py::test_newer_archive_is_refused_and_an_older_one_brought_up_to_date"],
        ),
        Plant(
            "other_database_is_taken",
            "upkeep/backups/restoring.py",
            '    if manifest["vendor"] != place.database.vendor:',
            '    if not manifest["vendor"]:',
            ["tests/upkeep/backups/test_backup.py::test_archive_of_the_other_database_is_refused"],
        ),
        Plant(
            "drill_compares_no_table",
            "upkeep/backups/drill.py",
            '        outcome.problems += [f"数据表 {name} 与备份不符" for name in _tables(outcome.manifest, database)]\n',
            "",
            ["tests/upkeep/backups/test_backup.py::test_drill_finds_what_differs"],
        ),
        Plant(
            "drill_compares_no_file",
            "upkeep/backups/drill.py",
            '        outcome.problems += [f"文件 {name} 与备份不符" for name in wrong]\n',
            "",
            ["tests/upkeep/backups/test_backup.py::test_drill_finds_what_differs"],
        ),
        Plant(
            "stream_seldom",
            "upkeep/backups/streaming.py",
            "EVERY_S = 0.25\n",
            "EVERY_S = 30\n",
            ["tests/upkeep/backups/test_stream.py::test_stream_loses_the_last_moment_at_most[sqlite_loss]"],
        ),
        Plant(
            "files_not_streamed",
            "upkeep/backups/streaming.py",
            "            mirror.copy()\n            if not is_told",
            "            if not is_told",
            ["tests/upkeep/backups/test_stream.py::test_stream_loses_the_last_moment_at_most[sqlite_loss]"],
        ),
        Plant(
            "stream_outlives_its_command",
            "upkeep/backups/streaming.py",
            "    ctypes.CDLL(None).prctl(die_with_parent, signal.SIGTERM)",
            "    assert ctypes and die_with_parent",
            [
                "tests/upkeep/backups/test_stream.py::test_killed_stream_is_begun_again_and_its_program_never_outlives_it"
            ],
        ),
        Plant(
            "changed_file_not_streamed",
            "upkeep/backups/streaming.py",
            "if to.exists() and (to.stat().st_size, to.stat().st_mtime_ns) == (said.st_size, said.st_mtime_ns):",
            "if to.exists() and said:",
            ["tests/upkeep/backups/test_stream.py::test_mirror_copies_what_has_come_and_what_has_changed"],
        ),
    ),
    "reload under load": (
        Plant(
            "variables_not_read_again",
            "qingcheng_fiber/serving.py",
            "                env_file.apply(self.variables)\n",
            "                assert env_file\n",
            [
                "tests/qingcheng_fiber/test_serving.py::test_reload_under_load_fails_no_request_and_takes_new_settings[1]",
            ],
        ),
        Plant(
            "old_killed_first",
            "qingcheng_fiber/serving.py",
            "            new = self._begun(index, spawn_target, target_loader)\n",
            "            self.wrks[index].kill()\n            new = self._begun(index, spawn_target, target_loader)\n",
            ["tests/qingcheng_fiber/test_serving.py::test_reload_under_load_fails_no_request_and_takes_new_settings"],
        ),
        Plant(
            "door_of_its_own",
            "qingcheng_fiber/serving.py",
            '        if not hasattr(socket, "TCP_DEFER_ACCEPT"):',
            '        if hasattr(socket, "TCP_DEFER_ACCEPT"):',
            ["tests/qingcheng_fiber/test_serving.py::test_killed_server_process_is_begun_again"],
        ),
    ),
}
