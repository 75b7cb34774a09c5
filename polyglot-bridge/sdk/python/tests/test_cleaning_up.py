"""Code of a call that was stopped has a while in which it may call others to clean up."""
import time
import unittest

from tests.host import WithHost


class CleaningUp(WithHost):
    module = "sample"

    def stopped(self, method):
        """Calls what waits in `other.hang`, cancels it, and hears that cancelled."""
        number = self.host.invoke(method)
        nested = self.host.next("invoke")["call"]
        self.host.cancel(number)
        self.assertEqual(self.host.next("cancel")["call"], nested)
        return number

    def cleaned_up(self, number):
        """Takes the call that is made to clean up."""
        frame = self.host.next("invoke")
        self.assertEqual((frame["invoke"]["method"], frame["invoke"]["parent"]), ("release", number))
        self.assertTrue(0 < frame["invoke"]["timeout_us"] <= 300_000)
        self.host.answer(frame["call"])

    def test_cancelled_code_calls_others_to_clean_up(self):
        for method in ("tidies", "tidies_later", "tidies_stream"):
            number = self.stopped(method)
            self.cleaned_up(number)
            self.assertEqual(self.host.end(number)["code"], "CANCELLED")

    def test_code_whose_deadline_has_passed_by_its_own_clock_or_the_hosts_cleans_up_though_the_cancel_is_still_on_its_way(self):
        for method in ("tidies", "tidies_later"):
            for own in (True, False):
                number = self.host.invoke(method, timeout_us=50_000 if own else 60_000_000)
                nested = self.host.next("invoke")
                if own:
                    time.sleep(nested["invoke"]["timeout_us"] / 1e6)
                self.host.fail(nested["call"], "DEADLINE_EXCEEDED")
                frame = self.host.next("invoke")
                self.host.cancel(number)
                self.host.nothing(0.05)
                self.host.inbox.append(frame)
                self.cleaned_up(number)
                self.assertEqual(self.host.end(number)["code"], "CANCELLED")

    def test_a_stream_that_is_cancelled_between_items_calls_others_to_clean_up(self):
        number = self.host.invoke("tidies_between_items", credit=1)
        self.host.next("item")
        self.host.cancel(number)
        self.cleaned_up(number)
        self.assertEqual(self.host.end(number)["code"], "CANCELLED")

    def test_what_cancelled_code_opens_late_is_refused(self):
        for method in ("persists", "persists_later"):
            number = self.stopped(method)
            begun = time.monotonic()
            while True:
                frame = self.host.next("invoke", "failed")
                if "failed" in frame:
                    break
                self.host.answer(frame["call"])
            self.assertEqual((frame["call"], frame["failed"]["code"]), (number, "CANCELLED"))
            self.assertGreater(time.monotonic() - begun, 0.25)

    def test_cancelled_code_opens_no_channel(self):
        number = self.stopped("opens_late")
        self.assertEqual(self.host.end(number)["code"], "CANCELLED")


if __name__ == "__main__":
    unittest.main()
