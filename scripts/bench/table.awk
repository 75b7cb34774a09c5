# Rows: figure, cores, unit, measured, peer's figure or -, peer, rule, target or -, note. A rule says what is held against the
# target: max-ratio and min-ratio the ratio to the peer, max the figure itself, none nothing.
function number(x) { return x == "-" ? "-" : x >= 1000 ? sprintf("%.0f", x) : x >= 100 ? sprintf("%.0f", x) : x >= 10 ? sprintf("%.1f", x) : sprintf("%.2f", x) }

function cell(column, text) {
  table[rows, column] = text
  if (length(text) > width[column]) width[column] = length(text)
}

function row(a, b, c, d, e, f, g, h) {
  rows++
  cell(1, a); cell(2, b); cell(3, c); cell(4, d); cell(5, e); cell(6, f); cell(7, g); cell(8, h)
}

BEGIN {
  row("figure", "cores", "measured", "floor or peer", "ratio", "target", "verdict", "remarks")
  row("", "", "", "", "", "", "", "")
}

{
  ratio = $5 == "-" || $5 == 0 ? 0 : $4 / $5
  off = 0
  target = "-"
  if ($7 == "max-ratio") { target = "<= " $8 "x"; off = ratio / $8 }
  if ($7 == "min-ratio") { target = ">= " $8 "x"; off = ratio > 0 ? $8 / ratio : 99 }
  if ($7 == "max") { target = "<= " $8 " " $3; off = $4 / $8 }
  if (off > 3) far++
  verdict = target == "-" ? "-" : off <= 1 ? "ok" : sprintf("%.1f of target", off)
  if (off > 3) verdict = verdict " (!)"
  row($1, $2, number($4) " " $3, $5 == "-" ? "-" : number($5) " " $6, ratio > 0 ? sprintf("%.2f", ratio) : "-", target, verdict, $9)
}

END {
  for (r = 1; r <= rows; r++) {
    line = ""
    for (c = 1; c <= 8; c++) {
      text = table[r, c]
      if (r == 2) { text = sprintf("%" width[c] "s", ""); gsub(/ /, "-", text) }
      line = line (format == "markdown" ? (c == 1 ? "| " : " | ") : (c == 1 ? "" : "  ")) sprintf("%-" width[c] "s", text)
    }
    if (format == "markdown") line = line " |"
    sub(/ +$/, "", line)
    print line
  }
  if (check != "" && far > 0) exit 1
}
