"""The binding with a network that does as it is told: syncs that hang, fail or are dropped, and leaving."""

import asyncio
import gc
import pathlib
import unittest

import mobile_bindings as core
from listening import Listener
from with_server import FLAT, SHOP, WithServer


class Syncing(WithServer):
    def test_a_tap_waits_for_no_sync(self):
        relay = self.relay()
        phone, _, round_id, ids = self.courier_with_round(at=relay.address)

        async def tap_while_the_network_hangs():
            relay.hold()
            sync = asyncio.create_task(phone.sync(True))
            await asyncio.to_thread(relay.held.wait)
            phone.tap(round_id, core.TapCommand.ARRIVE(stop=ids[0]))
            self.assertEqual(phone.stop_card(round_id, ids[0]).status, core.StopStatus.ARRIVED)
            self.assertFalse(sync.done())
            relay.let_go()
            self.assertEqual((await sync).end, core.SyncEnd.SYNCED)

        asyncio.run(tap_while_the_network_hangs())
        self.assert_synced(phone)
        self.assertEqual(self.status_of(round_id, ids[0]), "arrived")

    def test_syncs_asked_for_at_once_are_shared(self):
        relay = self.relay()
        phone, *_ = self.courier_with_round(at=relay.address)

        async def many():
            relay.hold()
            first = asyncio.create_task(phone.sync(True))
            await asyncio.to_thread(relay.held.wait)
            before = relay.requests
            others = [asyncio.create_task(phone.sync(True)) for _ in range(20)]
            await asyncio.sleep(0)
            relay.let_go()
            for report in await asyncio.gather(first, *others):
                self.assertEqual(report.end, core.SyncEnd.SYNCED)
            return relay.requests - before

        self.assertEqual(asyncio.run(many()), 1)

    def test_a_sync_that_nobody_waits_for_goes_on_to_its_end(self):
        relay = self.relay()
        phone, _, round_id, ids = self.courier_with_round(at=relay.address)
        listener = Listener()
        subscription = phone.observe(listener)
        phone.tap(round_id, core.TapCommand.ARRIVE(stop=ids[0]))

        async def drop_it():
            relay.hold()
            sync = asyncio.create_task(phone.sync(True))
            await asyncio.to_thread(relay.held.wait)
            sync.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await sync

        asyncio.run(drop_it())
        relay.let_go()
        self.assertEqual(listener.wait_for("SYNCED").report.end, core.SyncEnd.SYNCED)
        self.assertEqual(self.status_of(round_id, ids[0]), "arrived")
        subscription.cancel()

    def test_without_an_answer_the_phone_waits_longer_unless_a_person_asks(self):
        relay = self.relay()
        phone, _, round_id, ids = self.courier_with_round(at=relay.address)
        phone.tap(round_id, core.TapCommand.ARRIVE(stop=ids[0]))
        relay.cut()
        sync = lambda asked: asyncio.run(phone.sync(asked))
        report = sync(True)
        self.assertEqual(report.end, core.SyncEnd.NO_ANSWER)
        self.assertGreater(report.again_in_ms, 0)
        self.assertEqual(phone.badge(), core.SyncBadge(state=core.BadgeState.OFFLINE, unsent=1, set_aside=0, to_give_back=0))
        asked_so_far = relay.requests
        self.assertEqual(sync(False).end, core.SyncEnd.TOO_SOON)
        self.assertEqual(relay.requests, asked_so_far)
        relay.pass_on()
        self.assertEqual(sync(True).end, core.SyncEnd.SYNCED)
        self.assertEqual(phone.badge().state, core.BadgeState.ALL_SENT)
        self.assertEqual(sync(False).end, core.SyncEnd.SYNCED)

    def test_the_courier_s_own_switch_stops_a_sync_and_nothing_is_lost(self):
        relay = self.relay()
        phone, _, round_id, ids = self.courier_with_round(at=relay.address)
        phone.tap(round_id, core.TapCommand.ARRIVE(stop=ids[0]))

        async def switch_off_meanwhile():
            relay.hold()
            sync = asyncio.create_task(phone.sync(True))
            await asyncio.to_thread(relay.held.wait)
            phone.set_link(False)
            relay.let_go()
            return (await sync).end

        self.assertEqual(asyncio.run(switch_off_meanwhile()), core.SyncEnd.INTERRUPTED)
        self.assertEqual(phone.badge().unsent, 1)
        phone.set_link(True)
        self.assert_synced(phone)
        self.assertEqual(phone.badge().unsent, 0)
        self.assertEqual(self.status_of(round_id, ids[0]), "arrived")

    def test_closing_the_phone_frees_its_folder_though_a_sync_hangs(self):
        relay = self.relay()
        phone, _, round_id, ids = self.courier_with_round(at=relay.address)
        phone.tap(round_id, core.TapCommand.ARRIVE(stop=ids[0]))

        async def leave():
            relay.hold()
            sync = asyncio.create_task(phone.sync(True))
            await asyncio.to_thread(relay.held.wait)
            sync.cancel()
            await asyncio.gather(sync, return_exceptions=True)

        asyncio.run(leave())
        del phone, leave
        gc.collect()
        again = self.open()
        relay.let_go()
        self.assertEqual(again.badge().unsent, 1)
        self.assert_synced(again)
        self.assertEqual(again.badge().unsent, 0)

    def test_a_listener_that_throws_breaks_neither_tap_nor_sync(self):
        phone, _, round_id, ids = self.courier_with_round()
        bad, good = Listener(throws=RuntimeError("aïe")), Listener()
        subscriptions = phone.observe(bad), phone.observe(good)
        for stop_id in ids:
            phone.tap(round_id, core.TapCommand.ARRIVE(stop=stop_id))
            self.assert_synced(phone)
        self.assertEqual(bad.names, ["TAPPED", "SYNCED", "TAPPED"])
        self.assertEqual(good.names, ["TAPPED", "SYNCED"] * 3)
        self.assertEqual(good.news[0].round, round_id)
        self.assertEqual(subscriptions[0].standing(), core.Standing(told=False, throws=3))
        self.assertEqual(self.status_of(round_id, ids[2]), "arrived")


class Leaving(WithServer):
    def test_a_log_out_is_refused_while_acts_are_unsent_and_forced_it_gives_them_back_in_a_file(self):
        phone, member, round_id, ids = self.courier_with_round()
        phone.set_link(False)
        for stop_id in ids:
            phone.tap(round_id, core.TapCommand.ARRIVE(stop=stop_id))
        error = self.assert_error(core.AppError.SendFirst, "unsent", phone.log_out, False)
        self.assertEqual(error.unsent, 3)
        listener = Listener()
        subscription = phone.observe(listener)
        path = phone.log_out(True)
        self.assertTrue(pathlib.Path(path).is_file())
        self.assertEqual(phone.today().rounds, [])
        self.assert_error(core.AppError.Enrol, "not_enrolled", phone.who)

        phone.set_link(True)
        self.enrol(phone, member)
        self.assertEqual(phone.unseal(path), 3)
        self.assertEqual(phone.unseal(path), 0)
        self.assertEqual(phone.badge().unsent, 3)
        self.assert_synced(phone)
        self.assertEqual(phone.badge(), core.SyncBadge(state=core.BadgeState.ALL_SENT, unsent=0, set_aside=0, to_give_back=0))
        for stop_id in ids:
            self.assertEqual(self.status_of(round_id, stop_id), "arrived")
        expected = ["LOGGED_OUT", "LINK_SET", "ENROLLED", "UNSEALED", "UNSEALED", "SYNCED"]
        self.assertEqual(listener.names, expected)
        subscription.cancel()

    def test_a_phone_with_nothing_unsent_leaves_no_file(self):
        phone, *_ = self.courier_with_round()
        self.assertIsNone(phone.log_out(False))
        self.assertEqual(phone.today().rounds, [])

    def test_a_sealed_file_is_for_its_own_courier_and_a_broken_one_for_nobody(self):
        phone, _, round_id, ids = self.courier_with_round()
        phone.tap(round_id, core.TapCommand.ARRIVE(stop=ids[0]))
        path = phone.log_out(True)
        stranger = self.enrolled(self.server.make_courier("Bořek"), "other")
        self.assert_error(core.AppError.AskCoordinator, "sealed_of_another", stranger.unseal, path)
        broken = self.home / "cassé"
        broken.write_bytes(pathlib.Path(path).read_bytes()[:-7])
        self.assert_error(core.AppError.ChooseAgain, "sealed", stranger.unseal, str(broken))
        self.assert_error(core.AppError.ChooseAgain, "sealed", stranger.unseal, str(self.home / "absent"))

    def test_what_a_server_says_after_a_log_out_is_not_written_for_the_next_courier(self):
        relay = self.relay()
        member = self.server.make_courier("Aïcha")
        self.server.make_round(member, (SHOP, FLAT))
        phone = self.open()
        self.enrol(phone, member, relay.address)

        async def leave_meanwhile():
            relay.hold()
            sync = asyncio.create_task(phone.sync(True))
            await asyncio.to_thread(relay.held.wait)
            phone.log_out(False)
            relay.let_go()
            return (await sync).end

        self.assertEqual(asyncio.run(leave_meanwhile()), core.SyncEnd.INTERRUPTED)
        self.assertEqual(phone.today().rounds, [])

    def test_a_device_that_the_server_does_not_know_enrols_again_and_keeps_its_acts(self):
        relay = self.relay()
        phone, member, round_id, ids = self.courier_with_round(at=relay.address)
        phone.tap(round_id, core.TapCommand.ARRIVE(stop=ids[0]))
        relay.say_no(401, "device_unknown")
        self.assertEqual(asyncio.run(phone.sync(True)).end, core.SyncEnd.NO_ANSWER)
        self.assertEqual(phone.badge(), core.SyncBadge(state=core.BadgeState.SIGNED_OUT, unsent=1, set_aside=0, to_give_back=0))
        asked_so_far = relay.requests
        asyncio.run(phone.sync(True))
        # Once as it is and once with the co-op's word for it; then it waits.
        self.assertEqual(relay.requests, asked_so_far + 2)
        relay.pass_on()
        self.enrol(phone, member, relay.address)
        self.assert_synced(phone)
        self.assertEqual(phone.badge(), core.SyncBadge(state=core.BadgeState.ALL_SENT, unsent=0, set_aside=0, to_give_back=0))
        self.assertEqual(self.status_of(round_id, ids[0]), "arrived")

if __name__ == "__main__":
    unittest.main()
