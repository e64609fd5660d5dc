"""The binding with a real server: enrolling, the day's stops, taps, two phones."""

import asyncio
import gc
import threading
import unittest

import mobile_bindings as core
from listening import Listener
from server_process import new_id, stop
from with_server import BARE, CO_OP, FLAT, SHOP, WithServer


class Enrolling(WithServer):
    def test_a_code_that_nobody_gave_is_a_question_for_the_coordinator(self):
        phone = self.open()
        enrol = lambda code: asyncio.run(phone.enrol(self.server.address, code))
        self.assert_error(core.AppError.AskCoordinator, "enrolment_code", enrol, new_id())
        for odd in ("", "pas un code", "é" * 1_000_000):
            with self.subTest(odd=odd[:12]), self.assertRaises(core.AppError):
                enrol(odd)
        self.assert_error(core.AppError.Enrol, "not_enrolled", phone.who)

    def test_a_code_works_once_and_an_enrolled_phone_says_whose_it_is(self):
        member = self.server.make_courier("Aïcha Ünal")
        code, listener = self.server.enrolment_code(member), Listener()
        phone = self.open()
        subscription = phone.observe(listener)
        asyncio.run(phone.enrol(self.server.address, f" {code}\n"))
        self.assertEqual(listener.names, ["ENROLLED"])
        who = phone.who()
        self.assertEqual((who.co_op, who.time_zone, who.server), (CO_OP, "Europe/Paris", self.server.address))
        self.assertTrue(who.name.startswith("Aïcha Ünal"))
        again = lambda phone: asyncio.run(phone.enrol(self.server.address, code))
        self.assert_error(core.AppError.ChooseAgain, "already_enrolled", again, phone)
        self.assert_error(core.AppError.AskCoordinator, "enrolment_code", again, self.open("another"))
        subscription.cancel()


class Today(WithServer):
    def test_stops_come_with_their_words_intact_and_what_is_absent_is_none(self):
        phone, _, round_id, ids = self.courier_with_round()
        [drawn] = phone.today().rounds
        self.assertEqual((drawn.round, drawn.next, drawn.remaining), (round_id, ids[0], 3))
        self.assertEqual(drawn.progress, core.RoundProgress.NOT_STARTED)
        self.assertEqual([card.stop for card in drawn.stops], ids)
        self.assertEqual([card.number for card in drawn.stops], [1, 2, 3])
        self.assertEqual(drawn.plan_diff, core.PlanDiff(added=[], withdrawn=[], amended=[], moved=[]))
        for card, planned in zip(drawn.stops, (SHOP, FLAT, BARE)):
            words = planned["card"]
            self.assertEqual((card.card.name, card.card.address), (words["name"], words["address"]))
            self.assertEqual(card.card.instructions, words.get("instructions"))
            self.assertEqual(card.card.door_code, words.get("door_code"))
            self.assertEqual(card.card.telephone, words.get("telephone"))
            self.assertAlmostEqual(card.card.latitude_degrees, 48.8566)
            self.assertEqual([parcel.text for parcel in card.parcels], planned["parcels"])
            self.assertEqual(card.window_from_ms, planned["window"]["from_ms"])
            self.assertEqual(card.service_seconds, 120)
            for absent in (card.decided_by, card.fail_reason, card.handed_to, card.tapped_ms, card.received_ms):
                self.assertIsNone(absent)
            self.assertEqual(phone.stop_card(round_id, card.stop), card)
        self.assertEqual([card.kind for card in drawn.stops][:2], [core.StopKind.PICKUP, core.StopKind.DROP_OFF])
        self.assertIsNone(drawn.stops[0].leg)
        self.assertEqual(drawn.stops[1].leg, core.Leg(metres=0, seconds=0))

    def test_what_the_coordinator_changed_is_listed_until_it_was_seen(self):
        phone, _, round_id, ids = self.courier_with_round()
        phone.tap(round_id, core.TapCommand.SEE_PLAN())
        view = self.server.round(round_id.text)
        added, view = self.server.command(round_id.text, view["plan_version"], {"add_stop": BARE})
        withdrawn = {"withdraw_stop": {"stop": ids[1].text, "reason": "cancelled"}}
        self.server.command(round_id.text, view["plan_version"], withdrawn)
        self.assert_synced(phone)
        diff = phone.today().rounds[0].plan_diff
        self.assertEqual((diff.added, diff.withdrawn), ([core.StopId(text=added)], [ids[1]]))
        self.assertEqual(phone.stop_card(round_id, ids[1]).withdraw_reason, core.WithdrawReason.CANCELLED)
        phone.tap(round_id, core.TapCommand.SEE_PLAN())
        self.assertEqual(phone.today().rounds[0].plan_diff.added, [])

    def test_the_longest_words_that_a_card_may_hold_arrive_whole(self):
        long = stop("drop_off", "é" * 120, "🚲" * 120, instructions="ø" * 500)
        phone, *_ = self.courier_with_round(*[long] * 12)
        for card in phone.today().rounds[0].stops:
            self.assertEqual((card.card.name, card.card.address), ("é" * 120, "🚲" * 120))
            self.assertEqual(card.card.instructions, "ø" * 500)


class Tapping(WithServer):
    def test_what_was_tapped_without_network_is_there_after_opening_again_and_reaches_the_server(self):
        phone, _, round_id, ids = self.courier_with_round()
        phone.set_link(False)
        saved = [
            phone.tap(round_id, core.TapCommand.START()),
            phone.tap(round_id, core.TapCommand.COLLECT(stop=ids[0], parcels=None)),
            phone.tap(round_id, core.TapCommand.ARRIVE(stop=ids[1])),
            phone.tap(
                round_id,
                core.TapCommand.DELIVER(stop=ids[1], parcels=None, handed_to=core.HandedTo.NEIGHBOUR),
            ),
            phone.tap(round_id, core.TapCommand.FAIL(stop=ids[2], reason=core.FailReason.NOBODY)),
        ]
        self.assertEqual([act.n for act in saved], [1, 2, 3, 4, 5])
        self.assertEqual(len({act.record.text for act in saved}), 5)
        self.assertEqual(asyncio.run(phone.sync(True)), core.SyncReport(end=core.SyncEnd.LINK_DOWN, again_in_ms=None))
        before = phone.today()
        del phone
        gc.collect()
        phone = self.open()
        self.assertEqual(phone.today(), before)
        self.assertEqual(phone.badge(), core.SyncBadge(state=core.BadgeState.OFFLINE, unsent=5, set_aside=0, to_give_back=0))
        card = phone.stop_card(round_id, ids[1])
        self.assertEqual((card.status, card.handed_to), (core.StopStatus.DELIVERED, core.HandedTo.NEIGHBOUR))
        self.assertEqual(card.decided_by, saved[3].record)
        self.assertIsNotNone(card.tapped_ms)
        self.assertIsNone(card.received_ms)
        phone.set_link(True)
        self.assert_synced(phone)
        self.assertEqual(phone.badge(), core.SyncBadge(state=core.BadgeState.ALL_SENT, unsent=0, set_aside=0, to_give_back=0))
        self.assertIsNotNone(phone.stop_card(round_id, ids[1]).received_ms)
        self.assertEqual(self.status_of(round_id, ids[1]), "delivered")
        self.assertEqual(phone.stop_card(round_id, ids[2]).fail_reason, core.FailReason.NOBODY)

    def test_a_tap_that_names_nothing_is_a_choice_to_make_again(self):
        phone, _, round_id, ids = self.courier_with_round()
        tap = lambda command: phone.tap(round_id, command)
        nowhere = core.StopId(text=new_id())
        again = core.AppError.ChooseAgain
        self.assert_error(again, "no_such_stop", tap, core.TapCommand.ARRIVE(stop=nowhere))
        self.assert_error(again, "no_such_stop", tap, core.TapCommand.RETURN(stop=nowhere, parcels=None))
        self.assert_error(again, "wrong_kind_of_stop", tap, core.TapCommand.COLLECT(stop=ids[1], parcels=None))
        self.assert_error(again, "not_started", tap, core.TapCommand.REORDER(stops=ids[:2]))
        tap(core.TapCommand.START())
        self.assert_error(again, "not_the_remaining_stops", tap, core.TapCommand.REORDER(stops=ids[:2]))
        self.assert_error(again, "bad_id", tap, core.TapCommand.ARRIVE(stop=core.StopId(text="ici")))
        self.assert_error(again, "bad_id", tap, core.TapCommand.TAKE_BACK(record=core.RecordId(text="cela")))
        no_round = core.RoundId(text=new_id()), core.TapCommand.START()
        self.assert_error(again, "no_such_round", phone.tap, *no_round)
        self.assertEqual(phone.badge().unsent, 1, "nothing but the start is saved")

    def test_acts_can_be_taken_back_and_stops_ridden_in_another_sequence(self):
        phone, _, round_id, ids = self.courier_with_round()
        tap = lambda command: phone.tap(round_id, command)
        tap(core.TapCommand.START())
        tap(core.TapCommand.REORDER(stops=ids[::-1]))
        self.assertEqual([card.stop for card in phone.today().rounds[0].stops], ids[::-1])
        returned = tap(core.TapCommand.RETURN(stop=ids[2], parcels=None))
        self.assertEqual(phone.stop_card(round_id, ids[2]).status, core.StopStatus.RETURNED)
        tap(core.TapCommand.TAKE_BACK(record=returned.record))
        self.assertEqual(phone.stop_card(round_id, ids[2]).status, core.StopStatus.PLANNED)
        tap(core.TapCommand.PAUSE(on=True))
        self.assertEqual(phone.today().rounds[0].progress, core.RoundProgress.PAUSED)
        tap(core.TapCommand.PAUSE(on=False))
        tap(core.TapCommand.FINISH())
        self.assertEqual(phone.today().rounds[0].progress, core.RoundProgress.FINISHED)
        self.assert_synced(phone)
        self.assertTrue(self.server.round(round_id.text)["finished"])

    def test_parcels_are_taken_one_by_one_if_the_courier_says_which(self):
        two = SHOP | {"parcels": [new_id(), new_id()]}
        phone, _, round_id, [shop] = self.courier_with_round(two)
        one = phone.stop_card(round_id, shop).parcels[:1]
        phone.tap(round_id, core.TapCommand.COLLECT(stop=shop, parcels=one))
        card = phone.stop_card(round_id, shop)
        self.assertEqual((card.status, card.remarks), (core.StopStatus.COLLECTED, [core.Remark.OTHER_PARCELS]))

    def test_threads_may_tap_at_once_and_no_act_is_lost(self):
        phone, _, round_id, ids = self.courier_with_round()
        arrive = lambda: [phone.tap(round_id, core.TapCommand.ARRIVE(stop=ids[0])) for _ in range(5)]
        threads = [threading.Thread(target=arrive) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(phone.badge().unsent, 20)
        self.assert_synced(phone)
        self.assertEqual(phone.badge().state, core.BadgeState.ALL_SENT)


class TwoPhones(WithServer):
    def test_each_courier_sees_her_own_round_and_no_other(self):
        phone, _, round_id, _ = self.courier_with_round()
        other = self.server.make_courier("Bořek")
        other_round, _ = self.server.make_round(other, (BARE,))
        others_phone = self.enrolled(other, "other")
        self.assertEqual([drawn.round for drawn in phone.today().rounds], [round_id])
        self.assertEqual([drawn.round.text for drawn in others_phone.today().rounds], [other_round])

    def test_two_phones_of_one_courier_come_together(self):
        phone, member, round_id, ids = self.courier_with_round()
        second = self.enrolled(member, "second")
        second.tap(round_id, core.TapCommand.ARRIVE(stop=ids[0]))
        phone.tap(round_id, core.TapCommand.FAIL(stop=ids[1], reason=core.FailReason.CLOSED))
        for each in (phone, second, phone):
            self.assert_synced(each)
        self.assertEqual(phone.today().rounds[0].stops, second.today().rounds[0].stops)
        self.assertEqual(phone.stop_card(round_id, ids[0]).status, core.StopStatus.ARRIVED)

if __name__ == "__main__":
    unittest.main()
