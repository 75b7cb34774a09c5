import stoa

import no_such_thing
