# The methods of a console: text in, results as Python shows them.
def _stoa_console(host, sys, api, pack):
    import builtins

    FRESH = 2000  # milliseconds for which the list of modules is believed
    ONLY_AST = 0x400
    names = {"__name__": "__console__", "stoa": api.stoa}
    listed = -FRESH
    shown = []
    sys.displayhook = shown.append

    def offer_modules():
        """Makes the modules that exist names, unless the user or the language has such a name."""
        nonlocal listed
        if host.now() - listed < FRESH:
            return
        listed = host.now()
        try:
            found = [m if isinstance(m, str) else m["name"] for m in api.stoa.module("stoa").list()]
        except api.stoa.Error:
            return
        for name in found:
            if name.isidentifier() and name not in names and not hasattr(builtins, name):
                names[name] = api.stoa.module(name)

    def evaluate(text):
        import _ast

        offer_modules()
        shown.clear()
        tree = compile(text, "<console>", "exec", ONLY_AST, dont_inherit=True)
        exec(compile(_ast.Interactive(body=tree.body), "<console>", "single", dont_inherit=True), names)
        if not shown or shown[-1] is None:
            return {}
        result = shown[-1]
        if type(result).__name__ == "generator":
            result = list(result)
        names["_"] = result
        answer = {"display": repr(result)}
        try:
            pack(result, plain_only=True)
            answer["value"] = result
        except (TypeError, ValueError):
            pass
        return answer

    def incomplete(text):
        try:
            compile(text, "<console>", "exec", ONLY_AST, dont_inherit=True)
        except SyntaxError as e:
            message = str(e.msg)
            open_end = ("was never closed", "unexpected EOF", "expected an indented block", "unterminated triple-quoted", "invalid escape at EOF")
            return text.rstrip().endswith((":", "\\")) or any(part in message for part in open_end)
        last = text.rsplit("\n", 1)[-1]
        return last.startswith((" ", "\t")) and last.strip() != ""

    def complete(text):
        offer_modules()
        at = len(text)
        while at and (text[at - 1].isalnum() or text[at - 1] in "_."):
            at -= 1
        *path, start = text[at:].split(".")
        return sorted({name for name in members(path) if name.startswith(start) and (start or not name.startswith("_"))})

    def members(path):
        if not path:
            import keyword

            return [*names, *dir(builtins), *keyword.kwlist]
        found = names.get(path[0], getattr(builtins, path[0], None))
        if len(path) == 1 and isinstance(found, api.Methods):
            methods = api.stoa.module("stoa").describe(path[0]).get("methods", [])
            return [m if isinstance(m, str) else m["name"] for m in methods]
        for step in path[1:]:
            found = getattr(found, step, None)
        return dir(found)

    return {"eval": evaluate, "incomplete": incomplete, "complete": complete}


_stoa_console
