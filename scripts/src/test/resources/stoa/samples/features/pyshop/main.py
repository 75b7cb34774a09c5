from pkg.price import price
import helper
import json, os, pathlib
def total(n): return price(n) + helper.TAX
def data(): return json.loads((pathlib.Path(__file__).parent / "data.json").read_text())
def name(): return [__name__, os.path.basename(__file__)]
