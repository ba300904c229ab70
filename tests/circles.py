#!/usr/bin/env python3
"""Fails where files of a crate, or its modules, import each other in a circle.

A file imports another when it names something of it: `use crate::...`, `use super::...`, or a path in the code. What a
module only passes on (`pub use steps::Steps`) belongs to the file that has it. Files that are in a circle still are listed
in circles.txt, with the reason, and leave the list when they are in none. A line that ends in / lists all files below it.

    tests/circles.py          checks
    tests/circles.py --edges  says which file imports which, too
"""

import os
import re
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
CRATES = ["src"] + [f"tracer-image/{name}/src" for name in ("tracer", "render", "wire", "oci", "syscalls")]
# Its modules are what the kernel says in layers of one file each; the circles of its files are listed.
LAYERED = "tracer-image/syscalls/src"
KNOWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "circles.txt")


def files(crate):
    """Each module's path, `session::attach`, with its file's path and text, without comments, strings and tests."""
    found = {}
    root = os.path.join(ROOT, crate)
    for directory, _, names in os.walk(root):
        for name in sorted(names):
            if not name.endswith(".rs"):
                continue
            path = os.path.relpath(os.path.join(directory, name), root)
            module = path[:-3].replace(os.sep, "::")
            if module in ("main", "lib"):
                module = ""
            module = re.sub(r"(^|::)mod$", "", module)
            if module.split("::")[-1] in ("tests", "hostile"):
                continue
            with open(os.path.join(root, path)) as file:
                found[module] = (f"{crate}/{path}", plain(file.read()))
    return found


def plain(text):
    text = re.sub(r'"(?:\\.|[^"\\])*"', '""', text)
    text = re.sub(r"//[^\n]*", "", text)
    # Tests may look at what they like.
    return re.split(r"#\[cfg\(test\)\]\s*mod \w+ \{", text)[0]


def flatten(tree):
    """The paths of `a::{b, c::{d as e}}`, with the name that each has here."""
    tree = tree.strip()
    brace = tree.find("{")
    if brace < 0:
        path, _, name = tree.partition(" as ")
        path = re.sub(r"\s", "", path)
        if path.endswith("::self"):
            path = path[:-6]
        yield path, (name.strip() or path.split("::")[-1])
        return
    head, body = tree[:brace].strip(), tree[brace + 1 : tree.rindex("}")]
    depth, item = 0, ""
    for char in body + ",":
        if char == "," and depth == 0:
            if item.strip():
                for path, name in flatten(item):
                    if path == "self":
                        yield head.removesuffix("::"), head.removesuffix("::").split("::")[-1]
                    else:
                        yield head + path, name
            item = ""
            continue
        depth += {"{": 1, "}": -1}.get(char, 0)
        item += char


def absolute(path, module, modules):
    """A path from the crate's root; nothing for another crate's."""
    parts = path.split("::")
    if parts[0] == "crate":
        return parts[1:]
    here = module.split("::") if module else []
    if parts[0] == "self":
        return here + parts[1:]
    up = 0
    while parts[up : up + 1] == ["super"]:
        up += 1
    if up:
        return here[: len(here) - up] + parts[up:]
    if "::".join(here + parts[:1]) in modules:
        return here + parts
    return None


class Crate:
    def __init__(self, crate):
        self.files = files(crate)
        self.uses = {module: self.read(module) for module in self.files}

    def read(self, module):
        """What a file names: (path from the root, the name it has here, whether it is passed on)."""
        text = self.files[module][1]
        # What a module inside of the file names as `super::name` is of the same file.
        for name in re.findall(r"^(?:pub(?:\([^)]*\))? )?(?:fn|struct|enum|trait|type|const|static) (\w+)", text, re.M):
            text = re.sub(rf"\bsuper::{name}\b", name, text) if re.search(r"^(pub )?mod \w+ \{", text, re.M) else text
        named = []
        declared = re.compile(r"\b(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);")
        for passed_on, tree in declared.findall(text):
            for path, name in flatten(tree):
                path = absolute(path, module, self.files)
                if path:
                    named.append((path, name, bool(passed_on)))
        rest = declared.sub("", text)
        imported = {name: path for path, name, _ in named}
        for path in re.findall(r"(?<![\w:])[a-z_]\w*(?:::\w+)+", rest):
            first, _, behind = path.partition("::")
            found = absolute(path, module, self.files)
            if first in imported:
                found = imported[first] + behind.split("::")
            if found:
                named.append((found, "", False))
        return named

    def owner(self, path, seen=()):
        """The module whose file has what a path names."""
        best = ""
        for length in range(len(path), 0, -1):
            if "::".join(path[:length]) in self.files:
                best = "::".join(path[:length])
                break
        rest = path[len(best.split("::")) if best else 0 :]
        if rest and (best, rest[0]) not in seen:
            for other, name, passed_on in self.uses[best]:
                if passed_on and name == rest[0]:
                    return self.owner(other + rest[1:], (*seen, (best, rest[0])))
        return best

    def edges(self):
        edges = {module: set() for module in self.files}
        for module, named in self.uses.items():
            for path, _, passed_on in named:
                owner = self.owner(path)
                # What begins with a module's own name and names nothing of it is a module's declaration.
                if owner != module and not passed_on:
                    edges[module].add(owner)
        return edges


def circles(edges):
    """Tarjan's strongly connected components of more than one."""
    index, low, stack, on, found, count = {}, {}, [], set(), [], [0]

    def visit(at):
        index[at] = low[at] = count[0]
        count[0] += 1
        stack.append(at)
        on.add(at)
        for to in sorted(edges[at]):
            if to not in index:
                visit(to)
                low[at] = min(low[at], low[to])
            elif to in on:
                low[at] = min(low[at], index[to])
        if low[at] == index[at]:
            part = []
            while True:
                other = stack.pop()
                on.discard(other)
                part.append(other)
                if other == at:
                    break
            if len(part) > 1:
                found.append(sorted(part))

    for at in sorted(edges):
        if at not in index:
            visit(at)
    return found


def top(edges):
    """The same edges between the modules right below src/."""
    found = {}
    for module, others in edges.items():
        names = {other.split("::")[0] for other in others}
        found.setdefault(module.split("::")[0], set()).update(names)
    return {module: others - {module, ""} for module, others in found.items() if module}


def check(crate, known):
    """Whether a crate has a circle that is not listed; and the files of its circles."""
    graph = Crate(crate)
    edges = graph.edges()
    path = {module: name for module, (name, _) in graph.files.items()}
    if "--edges" in sys.argv:
        for module in sorted(edges):
            for to in sorted(edges[module]):
                print(f"{path[module]} -> {path[to]}")
    wrong = False
    for circle in circles(top(edges)) if crate != LAYERED else []:
        wrong = True
        print(f"circles: these modules of {crate} import each other: {', '.join(circle)}")
    found = set()
    for circle in circles(edges):
        found |= {path[module] for module in circle}
        new = [module for module in circle if not any(listed(path[module], line) for line in known)]
        if new:
            wrong = True
            print(f"circles: {len(circle)} files import each other, with these that did not before:")
        for module in new:
            for other in sorted(edges[module] & set(circle)):
                print(f"  {path[module]} -> {path[other]}")
    return wrong, found


def listed(path, line):
    return path.startswith(line) if line.endswith("/") else path == line


def main():
    with open(KNOWN) as file:
        known = {line.strip() for line in file if line.strip() and not line.startswith("#")}
    wrong, found = False, set()
    for crate in CRATES:
        bad, files = check(crate, known)
        wrong, found = wrong or bad, found | files
    for line in sorted(known):
        if not any(listed(path, line) for path in found):
            wrong = True
            print(f"circles: {line} is in none any more: take it off tests/circles.txt")
    sys.exit(wrong)


if __name__ == "__main__":
    main()
