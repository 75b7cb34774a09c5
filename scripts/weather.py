"""Four years of weather in Seattle, month by month: a batch script in Python.

    ./stoa run scripts/weather.py [DATA]

It reads a CSV file, as scripts may, and has the module `convert` of the folder beside it do the sums.
"""

import stoa

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def main(data: str = ""):
    """data: the folder with seattle-weather.csv"""
    months = {month: _Month() for month in _MONTHS}
    for day in stoa.csv(f"{data or stoa.script.folder + '/data'}/seattle-weather.csv"):
        months[_MONTHS[int(day["date"][5:7]) - 1]].add(day)
    print("Seattle, 2012 to 2015 (NOAA)\n")
    print("month  days  wet days  rain a day  mean high         hottest")
    for name, month in months.items():
        print(f"{name:5}  {month.line()}")


class _Month:
    """What the days of one month come to."""

    def __init__(self):
        self.days = self.wet = 0
        self.rain = self.high = 0.0
        self.hottest = -100.0

    def add(self, day: dict):
        rain, high = float(day["precipitation"]), float(day["temp_max"])
        self.days += 1
        self.wet += rain > 0
        self.rain += rain
        self.high += high
        self.hottest = max(self.hottest, high)

    def line(self) -> str:
        mean = round(self.high / self.days, 1)
        convert = stoa.module("convert")
        return (
            f"{self.days:4}  {self.wet / self.days:8.0%}  {self.rain / self.days:7.1f} mm"
            f"  {mean:4} °C {convert.fahrenheit(mean):5} °F  {self.hottest:4} °C"
        )
