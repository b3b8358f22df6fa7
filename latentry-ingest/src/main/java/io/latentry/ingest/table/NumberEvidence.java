package io.latentry.ingest.table;

import io.latentry.core.cell.DecimalMark;
import io.latentry.core.cell.WrittenNumber;
import io.latentry.ingest.read.Cells;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the cells of one column tell of how its numbers are written. */
final class NumberEvidence implements Serializable {
  private static final long serialVersionUID = 1;

  /** Units told apart; a column with more of them has none. */
  private static final int MOST_UNITS = 32;

  /** Of a unit: the cells that are numbers with a comma alone, with a point alone, with either. */
  private static final class Counts implements Serializable {
    private static final long serialVersionUID = 1;

    long comma;
    long point;
    long either;

    long all() {
      return comma + point + either;
    }

    long readable(DecimalMark mark) {
      return either + (mark == DecimalMark.COMMA ? comma : point);
    }
  }

  private final Map<String, Counts> byUnit = new HashMap<>();
  private boolean manyUnits;
  private boolean words;

  /** Plain numbers with a point that is a decimal one, and all others. */
  private long plainWithPoint;

  private long plainOthers;

  private boolean typed;
  private @Nullable String firstComma;
  private @Nullable String firstThousand;
  private @Nullable String firstUnit;

  void plain(Cells cells, int column) {
    typed |= cells.isTyped(column);
    Cells.Point point = cells.point(column);
    if (point == Cells.Point.DECIMAL) {
      plainWithPoint++;
    } else {
      plainOthers++;
    }
    if (point == Cells.Point.DECIMAL_OR_THOUSANDS && firstThousand == null) {
      firstThousand = cells.text(column);
    }
  }

  void text(String text) {
    WrittenNumber written = WrittenNumber.of(text);
    if (written == null) {
      words |= text.chars().noneMatch(Character::isDigit);
      return;
    }
    Counts counts = byUnit.get(written.unit());
    if (counts == null) {
      if (byUnit.size() == MOST_UNITS) {
        manyUnits = true;
        return;
      }
      counts = new Counts();
      byUnit.put(written.unit(), counts);
    }
    if (Double.isNaN(written.withPoint())) {
      counts.comma++;
      firstComma = firstComma == null ? text : firstComma;
    } else if (Double.isNaN(written.withComma())) {
      counts.point++;
    } else {
      counts.either++;
      if (written.withPoint() != written.withComma() && firstThousand == null) {
        firstThousand = text;
      }
    }
    if (!written.unit().isEmpty() && firstUnit == null) {
      firstUnit = text;
    }
  }

  /** Adds what later cells tell. */
  void plus(NumberEvidence next) {
    next.byUnit.forEach(
        (unit, counts) -> {
          Counts own = byUnit.get(unit);
          if (own == null && byUnit.size() == MOST_UNITS) {
            manyUnits = true;
          } else {
            own = own == null ? new Counts() : own;
            own.comma += counts.comma;
            own.point += counts.point;
            own.either += counts.either;
            byUnit.put(unit, own);
          }
        });
    manyUnits |= next.manyUnits;
    words |= next.words;
    typed |= next.typed;
    plainWithPoint += next.plainWithPoint;
    plainOthers += next.plainOthers;
    firstComma = firstComma == null ? next.firstComma : firstComma;
    firstThousand = firstThousand == null ? next.firstThousand : firstThousand;
    firstUnit = firstUnit == null ? next.firstUnit : firstUnit;
  }

  /** Whether a cell came as a number, so that its text says nothing. */
  boolean isTyped() {
    return typed;
  }

  long withComma() {
    return byUnit.values().stream().mapToLong(c -> c.comma).sum();
  }

  long withPoint() {
    return plainWithPoint + byUnit.values().stream().mapToLong(c -> c.point).sum();
  }

  /** Cells that are numbers in some way, though not plain ones. */
  long written() {
    return byUnit.values().stream().mapToLong(Counts::all).sum();
  }

  /** Cells that are numbers in some way. */
  long all() {
    return written() + plainWithPoint + plainOthers;
  }

  /** Cells that are numbers under a mark and a unit; those without a unit are of that unit too. */
  long readable(DecimalMark mark, String unit) {
    long readable = plainOthers + (mark == DecimalMark.COMMA ? 0 : plainWithPoint);
    for (String of : unit.isEmpty() ? List.of("") : List.of("", unit)) {
      Counts counts = byUnit.get(of);
      readable += counts == null ? 0 : counts.readable(mark);
    }
    return readable;
  }

  /** Whether a cell that is no number has no digit in it either. */
  boolean hasWords() {
    return words;
  }

  /** The unit that at least half of the numbers show; empty if there is none. */
  String unit() {
    return units().stream()
        .findFirst()
        .filter(unit -> 2 * Optional.ofNullable(byUnit.get(unit)).orElseThrow().all() >= all())
        .orElse("");
  }

  /** Units by frequency. */
  List<String> units() {
    return byUnit.entrySet().stream()
        .filter(e -> !e.getKey().isEmpty())
        .sorted(
            Comparator.comparingLong((Map.Entry<String, Counts> e) -> -e.getValue().all())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .toList();
  }

  boolean hasManyUnits() {
    return manyUnits;
  }

  /** A number that only a decimal comma explains. */
  Optional<String> commaExample() {
    return Optional.ofNullable(firstComma);
  }

  /** A number such as {@code 1.234} or {@code 1,234}, which has two meanings. */
  Optional<String> thousandExample() {
    return Optional.ofNullable(firstThousand);
  }

  Optional<String> unitExample() {
    return Optional.ofNullable(firstUnit);
  }
}
