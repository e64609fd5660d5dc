"""The binding without a server: opening, errors and their codes, listeners, texts, big and odd strings."""

import asyncio
import gc
import json
import pathlib
import shutil
import socket
import tempfile
import unittest

import mobile_bindings as core
from listening import Listener
from server_process import new_id

TEXTS = pathlib.Path(__file__).parents[2] / "core-sync" / "src" / "texts"
#: The enums that are drawn, and the list of texts each takes its words from.
LISTS = {
    core.StopKind: "stop_kind",
    core.StopStatus: "status",
    core.FailReason: "fail",
    core.WithdrawReason: "withdraw",
    core.HandedTo: "handed_to",
    core.Remark: "remark",
    core.RoundProgress: "round",
    core.BadgeState: "badge",
}


class WithFolder(unittest.TestCase):
    def setUp(self):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.folder = pathlib.Path(home.name) / "téléphone 🚲"

    def open(self):
        return core.CourierPhone.open(str(self.folder))

    def assert_error(self, kind, code, call, *arguments):
        """Asserts that the call fails so, and gives the error."""
        with self.assertRaises(kind) as caught:
            call(*arguments)
        self.assertEqual(caught.exception.code(), code)
        return caught.exception


class Opening(WithFolder):
    def test_a_new_phone_has_no_round_and_nothing_to_send(self):
        phone = self.open()
        self.assertEqual(phone.today().rounds, [])
        badge = phone.badge()
        self.assertEqual(badge, core.SyncBadge(state=core.BadgeState.NEVER_SYNCED, unsent=0, set_aside=0, to_give_back=0))
        self.assertTrue((self.folder / "phone.sqlite3").is_file())

    def test_a_folder_is_open_once_and_free_again_when_its_phone_is_gone(self):
        phone = self.open()
        self.assert_error(core.AppError.Reopen, "store_in_use", self.open)
        del phone
        gc.collect()
        self.open()

    def test_what_was_set_is_there_after_opening_again(self):
        phone = self.open()
        phone.set_link(False)
        del phone
        gc.collect()
        self.assertEqual(self.open().badge().state, core.BadgeState.OFFLINE)

    def test_nothing_is_called_saved_once_the_folder_is_gone(self):
        phone = self.open()
        shutil.rmtree(self.folder)
        for call in (phone.today, phone.badge, phone.who, lambda: phone.set_link(False)):
            self.assert_error(core.AppError.Reopen, "store", call)
        self.assert_error(core.AppError.Reopen, "store", asyncio.run, phone.sync(True))
        with self.assertRaises(core.AppError.Reopen):
            phone.tap(core.RoundId(text=new_id()), core.TapCommand.START())

    def test_a_damaged_database_is_named_and_never_opened(self):
        self.folder.mkdir()
        database = self.folder / "phone.sqlite3"
        database.write_bytes(b"This was a database. " * 1000)
        error = self.assert_error(core.AppError.StoreDamaged, "store_damaged", self.open)
        self.assertEqual(error.file, str(database))

    def test_a_folder_that_cannot_be_made_tells_the_whole_chain_of_causes(self):
        self.folder.write_text("a file, not a folder")
        error = self.assert_error(core.AppError.Unexpected, "store", self.open)
        self.assertIn(str(self.folder), error.detail)
        self.assertIn("exists", error.detail.lower())

    def test_odd_names_of_folders_are_errors_not_crashes(self):
        for odd in ("", "phone", "/a\0b", "/" + "x" * 5000):
            with self.subTest(odd=odd[:5]), self.assertRaises(core.AppError):
                core.CourierPhone.open(odd)


class NotEnrolled(WithFolder):
    def test_every_call_that_needs_a_courier_says_to_enrol(self):
        phone = self.open()
        calls = {
            "who": phone.who,
            "tap": lambda: phone.tap(core.RoundId(text=new_id()), core.TapCommand.START()),
            "sync": lambda: asyncio.run(phone.sync(True)),
            "log_out": lambda: phone.log_out(True),
            "unseal": lambda: phone.unseal("nowhere"),
        }
        for name, call in calls.items():
            with self.subTest(name):
                self.assert_error(core.AppError.Enrol, "not_enrolled", call)

    def test_a_round_that_is_not_here_and_a_text_that_is_no_id_are_choices_to_make_again(self):
        phone = self.open()
        known = core.RoundId(text=new_id()), core.StopId(text=new_id())
        self.assert_error(core.AppError.ChooseAgain, "no_such_round", phone.stop_card, *known)
        for text in ("", "é" * 22, "A" * 10_000_000):
            with self.subTest(characters=len(text)):
                unknown = core.RoundId(text=text), known[1]
                self.assert_error(core.AppError.ChooseAgain, "bad_id", phone.stop_card, *unknown)

    def test_an_enrolment_without_a_server_says_what_to_do(self):
        phone = self.open()
        enrol = lambda server: asyncio.run(phone.enrol(server, "code"))
        for wrong in ("courses.example.org", "", "ftp://courses.example.org", "http://", "x" * 1_000_000):
            with self.subTest(wrong=wrong[:30]), self.assertRaises(core.AppError.ChooseAgain):
                enrol(wrong)
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
            self.assert_error(core.AppError.TryLater, "no_network", enrol, address)


class Listening(WithFolder):
    def test_a_listener_hears_until_it_cancels_and_may_call_the_phone_meanwhile(self):
        phone = self.open()
        badges = []
        listener = Listener(then=lambda: badges.append(phone.badge().state))
        subscription = phone.observe(listener)
        phone.set_link(False)
        phone.set_link(True)
        self.assertEqual(listener.names, ["LINK_SET", "LINK_SET"])
        self.assertEqual([news.up for news in listener.news], [False, True])
        self.assertEqual(badges, [core.BadgeState.OFFLINE, core.BadgeState.NEVER_SYNCED])
        subscription.cancel()
        subscription.cancel()
        phone.set_link(False)
        self.assertEqual(len(listener.names), 2)
        self.assertEqual(subscription.standing(), core.Standing(told=False, throws=0))

    def test_a_listener_that_throws_breaks_no_call_and_is_dropped_after_three_in_a_row(self):
        phone = self.open()
        for throws in (RuntimeError("a stack trace " * 10_000), core.AppError.ChooseAgain(reason="mine")):
            with self.subTest(type(throws)):
                bad, good = Listener(throws=throws), Listener()
                subscriptions = phone.observe(bad), phone.observe(good)
                for _ in range(2):
                    phone.set_link(False)
                self.assertEqual(subscriptions[0].standing(), core.Standing(told=True, throws=2))
                bad.throws = None
                phone.set_link(False)
                bad.throws = throws
                for _ in range(5):
                    phone.set_link(False)
                self.assertEqual(len(bad.names), 2 + 1 + 3)
                self.assertEqual(subscriptions[0].standing(), core.Standing(told=False, throws=5))
                self.assertEqual(len(good.names), 8)

    def test_a_listener_may_cancel_itself_while_it_hears(self):
        phone = self.open()
        listener = Listener(then=lambda: subscription.cancel())
        subscription = phone.observe(listener)
        phone.set_link(False)
        phone.set_link(True)
        self.assertEqual(len(listener.names), 1)

    def test_dropping_the_subscription_cancels_and_lets_go_of_the_listener(self):
        phone = self.open()
        gone = []

        class Noticed(Listener):
            def __del__(self):
                gone.append(True)

        subscription = phone.observe(Noticed())
        del subscription
        gc.collect()
        phone.set_link(False)
        self.assertEqual(gone, [True])

    def test_a_subscription_outlives_its_phone_without_harm(self):
        phone = self.open()
        subscription = phone.observe(Listener())
        del phone
        gc.collect()
        self.assertFalse(subscription.standing().told)
        subscription.cancel()

    def test_listeners_that_nobody_cancels_are_bounded(self):
        phone = self.open()
        subscriptions = [phone.observe(Listener()) for _ in range(16)]
        self.assert_error(core.AppError.Unexpected, "listeners", phone.observe, Listener())
        subscriptions.pop().cancel()
        phone.observe(Listener())


class Texts(unittest.TestCase):
    def test_every_code_that_is_drawn_has_its_words_in_every_language(self):
        for language in ("fr", "en"):
            texts = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
            for enum, name in LISTS.items():
                for variant in enum:
                    key = f"{name}.{variant.code()}"
                    with self.subTest(language=language, key=key):
                        self.assertTrue(key in texts or {f"{key}.one", f"{key}.other"} <= texts.keys())


if __name__ == "__main__":
    unittest.main()
