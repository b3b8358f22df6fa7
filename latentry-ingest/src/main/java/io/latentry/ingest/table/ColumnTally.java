package io.latentry.ingest.table;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.ingest.read.Cells;
import io.latentry.ingest.read.Headers;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one column so far. Two parts of a column, each looked at by itself, add up by
 * {@link #plus}: to what one look at both would have counted, but for what is told there.
 */
final class ColumnTally implements Serializable {
  private static final long serialVersionUID = 1;

  /** Distinct values that are counted over all columns, and bounds for one column. */
  private static final int DISTINCT_IN_ALL = 1 << 22;

  private static final int DISTINCT_AT_LEAST = 1 << 11;
  private static final int DISTINCT_AT_MOST = 1 << 18;

  private static final long SEED = 0x9E3779B97F4A7C15L;
  private static final int TOP_TEXTS = 2048;
  private static final int MOST_STRANGERS = 256;

  /** Texts of a column that its profile names. */
  private static final int TOLD = 20;

  static final int FORMS_AT_MOST = 1 << 8;

  /** Characters of a text that show its form. */
  private static final int LOOKED_AT = 256;

  private static final int SIGN = -1;

  /** Different numbers with fractions that parts which travel keep count of. */
  private static final int FRACTIONS_COUNTED = 1 << 11;

  private final String name;
  private final @Nullable ColumnType declared;
  private final NumberEvidence evidence = new NumberEvidence();
  private final LongSet distinct;
  private final LongSet repeated;
  private final LongSet forms = new LongSet(FORMS_AT_MOST);
  private final Map<String, long[]> texts = new HashMap<>();

  /** Texts that are neither numbers nor moments. */
  private final Map<String, long[]> strangers = new HashMap<>();

  private final Extremes extremes = new Extremes();
  private final CoarseNumbers coarse = new CoarseNumbers();
  private long given;
  private long numbers;
  private long infinite;
  private long integers;
  private long zerosAndOnes;
  private long booleanWords;
  private long moments;
  private long uuids;
  private long codes;
  private long composed;
  private long textBytes;
  private long textsSeen;
  private int length = -1;
  private boolean oneLength = true;
  private boolean numbered = true;
  private long skeleton;
  private boolean repeats;
  private boolean rowCounter = true;
  private double first = Double.NaN;
  private double previous = Double.NaN;

  /** First and last values of the row counters that other parts showed. */
  private final List<double[]> stretches = new ArrayList<>();

  private ColumnProfile.@Nullable Cell firstNonNumber;
  private ColumnProfile.@Nullable Cell firstNonMoment;

  ColumnTally(String name, Optional<ColumnType> declared, int distinctLimit) {
    this.name = name;
    this.declared = declared.orElse(null);
    this.distinct = new LongSet(distinctLimit);
    this.repeated = new LongSet(distinctLimit);
  }

  /**
   * @param form how its numbers are read
   * @param where the row is, for messages
   */
  void look(Cells cells, int index, NumberForm form, CellText meaning, Supplier<String> where) {
    double number = cells.isMissing(index) ? Double.NaN : cells.number(index, form);
    if (cells.isMissing(index) || form.isMissing(number) || meaning.isMissing(number)) {
      return;
    }
    given++;
    long hash;
    if (Double.isNaN(number)) {
      rowCounter = false;
      hash = lookAtText(cells, index, where);
    } else {
      hash = lookAtNumber(number);
      evidence.plain(cells, index);
      if (firstNonMoment == null) {
        firstNonMoment = cell(cells, index, where);
      }
      if (declared == ColumnType.TEXT) {
        countText(cells.text(index));
      }
    }
    count(hash);
  }

  private void count(long hash) {
    if (!distinct.add(hash) && !distinct.full()) {
      repeats = true;
      boolean unused = repeated.add(hash);
    }
  }

  private long lookAtNumber(double number) {
    numbers++;
    if (number == Math.rint(number) && !Double.isInfinite(number)) {
      integers++;
      zerosAndOnes += number == 0 || number == 1 ? 1 : 0;
    }
    if (Float.isInfinite((float) number)) {
      infinite++;
    } else {
      extremes.add(number);
      coarse.add(number);
    }
    rowCounter &= Double.isNaN(previous) ? number == Math.rint(number) : number == previous + 1;
    first = Double.isNaN(first) ? number : first;
    previous = number;
    return Double.doubleToLongBits(number + 0.0);
  }

  private long lookAtText(Cells cells, int index, Supplier<String> where) {
    if (firstNonNumber == null) {
      firstNonNumber = cell(cells, index, where);
    }
    double moment = cells.epochMillis(index);
    if (!Double.isNaN(moment)) {
      moments++;
      return Double.doubleToLongBits(moment) ^ SEED;
    }
    String text = cells.text(index);
    textsSeen++;
    textBytes += bytesOf(text);
    if (firstNonMoment == null) {
      firstNonMoment = cell(cells, index, where);
    }
    count(strangers, MOST_STRANGERS, text, 1);
    booleanWords += Double.isNaN(cells.truth(index)) ? 0 : 1;
    uuids += isUuid(text) ? 1 : 0;
    lookAtForm(text);
    countText(text);
    evidence.text(text);
    long hash = SEED;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return LongSet.mix(hash);
  }

  /** One for a character as long as all of a text are Latin, else two. */
  private static long bytesOf(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xFF) {
        return 2L * text.length();
      }
    }
    return text.length();
  }

  private void lookAtForm(String text) {
    oneLength &= length < 0 || length == text.length();
    long form = SEED;
    long withoutDigits = SEED;
    char before = 0;
    int words = 0;
    int last = 0;
    boolean letters = false;
    boolean digits = false;
    boolean others = false;
    for (int i = 0; i < Math.min(text.length(), LOOKED_AT); i++) {
      char c = text.charAt(i);
      int kind = Character.isLetter(c) ? 'a' : Character.isDigit(c) ? '0' : c;
      letters |= kind == 'a';
      digits |= kind == '0';
      boolean isSign = kind != 'a' && kind != '0';
      others |= isSign && c != '-' && c != '_';
      words += !isSign && (i == 0 || last == SIGN) ? 1 : 0;
      form = (form ^ kind) * 0x100000001b3L;
      char plain = kind == '0' ? '0' : c;
      if (plain != '0' || before != '0') {
        withoutDigits = (withoutDigits ^ plain) * 0x100000001b3L;
      }
      before = plain;
      last = isSign ? SIGN : kind;
    }
    numbered &= digits && (length < 0 || withoutDigits == skeleton);
    skeleton = withoutDigits;
    length = text.length();
    codes += letters && digits && !others ? 1 : 0;
    composed += words > 1 ? 1 : 0;
    boolean unused = forms.add(LongSet.mix(form));
  }

  private void countText(String text) {
    count(texts, TOP_TEXTS, text, 1);
  }

  private static void count(Map<String, long[]> counts, int most, String text, long times) {
    long[] count = counts.get(text);
    if (count != null) {
      count[0] += times;
    } else if (counts.size() < most) {
      counts.put(text, new long[] {times});
    }
  }

  private static List<ColumnProfile.Frequency> byFrequency(Map<String, long[]> counts) {
    return counts.entrySet().stream()
        .map(e -> new ColumnProfile.Frequency(e.getKey(), e.getValue()[0]))
        .sorted(
            Comparator.comparingLong(ColumnProfile.Frequency::count)
                .reversed()
                .thenComparing(ColumnProfile.Frequency::value))
        .limit(TOLD)
        .toList();
  }

  private static ColumnProfile.Cell cell(Cells cells, int index, Supplier<String> where) {
    return new ColumnProfile.Cell(where.get(), Headers.shortened(cells.text(index)));
  }

  private static boolean isUuid(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Distinct values that are counted of each of so many columns. */
  static int distinctLimit(int columns) {
    return Math.max(
        DISTINCT_AT_LEAST, Math.min(DISTINCT_AT_MOST, DISTINCT_IN_ALL / Math.max(1, columns)));
  }

  String name() {
    return name;
  }

  /** Cells with a value. */
  long given() {
    return given;
  }

  NumberEvidence evidence() {
    return evidence;
  }

  /** Gives up the count of different numbers with fractions: of them nothing is decided by it. */
  void compact() {
    if (integers < numbers && distinct.size() > FRACTIONS_COUNTED) {
      distinct.close();
      repeated.close();
    }
  }

  /**
   * Adds the part of the column that comes after. What is counted is the same as of one look, and
   * so are extremes; texts are counted as long as there is room, the earlier ones first; the offset
   * is that of a sample of both. A column is a row counter if each part is and they adjoin, in
   * whatever order.
   */
  void plus(ColumnTally next) {
    if (next.given == 0) {
      return;
    }
    plusTexts(next);
    plusCounter(next);
    next.distinct.each(this::count);
    next.repeated.each(hash -> repeated.add(hash));
    repeats |= next.repeats;
    if (next.distinct.full()) {
      distinct.close();
    }
    next.forms.each(form -> forms.add(form));
    evidence.plus(next.evidence);
    extremes.plus(next.extremes);
    coarse.plus(next.coarse);
    given += next.given;
    numbers += next.numbers;
    infinite += next.infinite;
    integers += next.integers;
    zerosAndOnes += next.zerosAndOnes;
    booleanWords += next.booleanWords;
    moments += next.moments;
    firstNonNumber = firstNonNumber == null ? next.firstNonNumber : firstNonNumber;
    firstNonMoment = firstNonMoment == null ? next.firstNonMoment : firstNonMoment;
  }

  private void plusTexts(ColumnTally next) {
    if (next.textsSeen > 0) {
      oneLength &= next.oneLength && (textsSeen == 0 || length == next.length);
      numbered &= next.numbered && (textsSeen == 0 || skeleton == next.skeleton);
      length = next.length;
      skeleton = next.skeleton;
    }
    next.texts.forEach((text, times) -> count(texts, TOP_TEXTS, text, times[0]));
    next.strangers.forEach((text, times) -> count(strangers, MOST_STRANGERS, text, times[0]));
    uuids += next.uuids;
    codes += next.codes;
    composed += next.composed;
    textBytes += next.textBytes;
    textsSeen += next.textsSeen;
  }

  private void plusCounter(ColumnTally next) {
    if (given == 0) {
      first = next.first;
      previous = next.previous;
      rowCounter = next.rowCounter;
    } else {
      rowCounter &= next.rowCounter;
      stretches.add(new double[] {next.first, next.previous});
    }
    stretches.addAll(next.stretches);
    if (!rowCounter) {
      stretches.clear();
    }
  }

  private boolean isCounter() {
    if (!rowCounter || stretches.isEmpty()) {
      return rowCounter;
    }
    List<double[]> all = new ArrayList<>(stretches);
    all.add(new double[] {first, previous});
    all.sort(Comparator.comparingDouble(stretch -> stretch[0]));
    for (int i = 1; i < all.size(); i++) {
      if (all.get(i)[0] != all.get(i - 1)[1] + 1) {
        return false;
      }
    }
    return true;
  }

  /**
   * @param rows readable ones
   * @param form how the numbers were read
   */
  ColumnProfile finish(long rows, NumberForm form) {
    return new ColumnProfile(
        name,
        Optional.ofNullable(declared),
        form,
        numbers == given ? Optional.empty() : NumberForms.unread(evidence, given),
        rows,
        rows - given,
        numbers,
        infinite,
        integers,
        zerosAndOnes,
        booleanWords,
        moments,
        extremes.smallest(),
        extremes.largest(),
        coarse.offset(),
        extremes.standIns(),
        distinct.size(),
        !distinct.full(),
        repeats,
        isCounter() && numbers > 1 && numbers == rows,
        distinct.size() - repeated.size(),
        uuids,
        codes,
        composed,
        textBytes / Math.max(1, textsSeen),
        oneLength,
        forms.size(),
        numbered,
        byFrequency(texts),
        byFrequency(strangers),
        Optional.ofNullable(firstNonNumber),
        Optional.ofNullable(firstNonMoment));
  }
}
