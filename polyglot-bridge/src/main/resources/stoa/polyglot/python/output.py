# What a guest prints: whole lines for the host.
def _stoa_output(host, sys):
    class Lines:
        """Stands for sys.stdout and sys.stderr: whole lines go to the host."""

        encoding = "utf-8"
        errors = "replace"
        closed = False
        line_buffering = True

        def __init__(self, level):
            self.level = level
            self.rest = ""
            self.buffer = self

        def write(self, text):
            if not isinstance(text, str):
                text = bytes(text).decode("utf-8", "replace")
            if "\n" in text:
                lines = (self.rest + text).split("\n")
                self.rest = lines.pop()
                for line in lines:
                    host.say(self.level, clean(line))
            else:
                self.rest += text
            return len(text)

        def writelines(self, lines):
            for line in lines:
                self.write(line)

        def end(self):
            if self.rest:
                self.write("\n")

        def flush(self):
            pass

        def isatty(self):
            return False

        def writable(self):
            return True

        def readable(self):
            return False

        def fileno(self):
            raise OSError("a module's output has no file descriptor")

    def clean(text):
        return text if text.isascii() else text.encode("utf-8", "replace").decode()

    sys.stdout = sys.__stdout__ = out = Lines("OUT")
    sys.stderr = sys.__stderr__ = err = Lines("ERR")
    return clean, out, err


_stoa_output
