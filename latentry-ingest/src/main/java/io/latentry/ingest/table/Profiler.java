package io.latentry.ingest.table;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.FaultyRow;
import io.latentry.ingest.read.Headers;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RecordCursor;
import io.latentry.ingest.read.SourceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at every cell of a source once. */
public final class Profiler {
  /** Distinct values that are counted over all columns, and bounds for one column. */
  private static final int DISTINCT_IN_ALL = 1 << 22;

  private static final int DISTINCT_AT_LEAST = 1 << 11;
  private static final int DISTINCT_AT_MOST = 1 << 18;
  private static final int TOP_TEXTS = 2048;
  private static final int MOST_STRANGERS = 256;

  /** Texts of a column that its profile names. */
  private static final int TOLD = 20;

  static final int FORMS_AT_MOST = 1 << 8;

  /** Characters of a text that show its form. */
  private static final int LOOKED_AT = 256;

  private static final int SIGN = -1;
  private static final int PROGRESS_ROWS = 1 << 12;

  private final DataSource source;
  private final ReadListener listener;
  private final Map<String, NumberForm> forms;
  private final CellText meaning;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final List<FaultyRow> faults = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private long rows;
  private long faultyRows;
  private int distinctLimit = DISTINCT_AT_MOST;

  private Profiler(DataSource source, Map<String, NumberForm> forms, ReadListener listener) {
    this.source = source;
    this.forms = forms;
    this.meaning = source.options().cells();
    this.listener = listener;
  }

  /**
   * Looks at the cells, and at all of them once more if that finds numbers that are written
   * otherwise than with a decimal point alone.
   */
  public static TableProfile profile(DataSource source, ReadListener listener) {
    ReadOptions options = source.options();
    Profiler first = new Profiler(source, options.numbers(), listener);
    TableProfile profile = first.run();
    if (options.settled()) {
      return profile;
    }
    Map<String, NumberEvidence> evidence = new LinkedHashMap<>();
    Map<String, Long> given = new HashMap<>();
    first.columns.forEach(
        (name, column) -> {
          evidence.put(name, column.evidence);
          given.put(name, column.given);
        });
    Set<String> shortLists =
        profile.columns().stream()
            .filter(ColumnProfile::isShortList)
            .map(ColumnProfile::name)
            .collect(Collectors.toSet());
    NumberForms numbers =
        new NumberForms(
            evidence, given, shortLists, options.numbers(), source.files().get(0).delimiter());
    Map<String, NumberForm> settled = numbers.settled();
    if (settled.isEmpty() && options.numbers().isEmpty()) {
      return profile;
    }
    Profiler second = new Profiler(source, settled, listener);
    second.notices.addAll(numbers.notices(settled));
    return second.run();
  }

  private TableProfile run() {
    long bytesBefore = 0;
    for (SourceFile file : source.files()) {
      try (RecordCursor cursor = file.open(Optional.empty())) {
        readFile(file, cursor, bytesBefore);
        cursor.notices().stream().filter(n -> !notices.contains(n)).forEach(notices::add);
      } catch (IOException failed) {
        throw file.unreadable(failed);
      }
      bytesBefore += Math.max(file.size(), 0);
    }
    listener.progress(rows, bytesBefore, source.totalBytes());
    if (rows == 0) {
      throw new DataException(
          source.name() + ": a header and no row (expected: at least one row below the header)");
    }
    if (2 * faultyRows > rows) {
      FaultyRow first = faults.get(0);
      throw new DataException(
          "%s: %,d of %,d rows cannot be read, the first at %s; is the delimiter right? (set `delimiter`)"
              .formatted(source.name(), faultyRows, rows, first.fault()));
    }
    return new TableProfile(
        source.name(),
        rows,
        faultyRows,
        faults,
        columns.values().stream().map(column -> column.finish(rows - faultyRows)).toList(),
        notices,
        source.options().missing().stream()
            .filter(token -> !ReadOptions.MISSING.contains(token))
            .sorted()
            .toList());
  }

  private void readFile(SourceFile file, RecordCursor cursor, long bytesBefore) throws IOException {
    distinctLimit =
        Math.max(
            DISTINCT_AT_LEAST,
            Math.min(DISTINCT_AT_MOST, DISTINCT_IN_ALL / Math.max(1, cursor.columns().size())));
    List<Column> own = new ArrayList<>();
    while (cursor.next()) {
      while (own.size() < cursor.columns().size()) {
        own.add(columnFor(cursor, own.size()));
      }
      String fault = cursor.fault();
      if (fault != null) {
        refuseUndecodable(file, cursor, fault);
        faultyRows++;
        if (faults.size() < TableProfile.FAULTS_KEPT) {
          faults.add(new FaultyRow(rows, source.place(file, cursor) + ": " + fault));
        }
      } else {
        for (int j = 0; j < own.size(); j++) {
          own.get(j).look(file, cursor, j);
        }
      }
      rows++;
      if (rows % PROGRESS_ROWS == 0) {
        listener.progress(rows, bytesBefore + cursor.bytesRead(), source.totalBytes());
      }
    }
    while (own.size() < cursor.columns().size()) {
      own.add(columnFor(cursor, own.size()));
    }
  }

  /** A model must not be fitted on text that was misread. */
  static void refuseUndecodable(SourceFile file, RecordCursor cursor, String fault) {
    if (cursor.undecodable()) {
      throw new DataException(
          "%s %s %s; set `encoding` (often ISO-8859-1 or windows-1252), or convert the file to UTF-8"
              .formatted(file.name(), cursor.where(), fault));
    }
  }

  private Column columnFor(RecordCursor cursor, int index) {
    return columns.computeIfAbsent(
        cursor.columns().get(index),
        name ->
            new Column(
                name, cursor.declared(index), NumberForm.of(forms, name), meaning, distinctLimit));
  }

  /** What was seen of one column so far. */
  private static final class Column {
    private static final long SEED = 0x9E3779B97F4A7C15L;

    private final String name;
    private final Optional<ColumnType> declared;
    private final NumberForm form;
    private final CellText meaning;
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
    private double previous = Double.NaN;
    private long contentHash = SEED;
    private ColumnProfile.@Nullable Cell firstNonNumber;
    private ColumnProfile.@Nullable Cell firstNonMoment;
    private long rowsSeen;

    Column(
        String name,
        Optional<ColumnType> declared,
        NumberForm form,
        CellText meaning,
        int distinctLimit) {
      this.name = name;
      this.meaning = meaning;
      this.declared = declared;
      this.form = form;
      this.distinct = new LongSet(distinctLimit);
      this.repeated = new LongSet(distinctLimit);
    }

    void look(SourceFile file, RecordCursor cursor, int index) {
      rowsSeen++;
      double number = cursor.isMissing(index) ? Double.NaN : cursor.number(index, form);
      if (cursor.isMissing(index) || form.isMissing(number) || meaning.isMissing(number)) {
        contentHash = LongSet.mix(contentHash ^ rowsSeen);
        return;
      }
      given++;
      long hash;
      if (Double.isNaN(number)) {
        rowCounter = false;
        hash = lookAtText(file, cursor, index);
      } else {
        hash = lookAtNumber(number);
        evidence.plain(cursor, index);
        if (firstNonMoment == null) {
          firstNonMoment = cell(file, cursor, index);
        }
        if (declared.orElse(ColumnType.NUMERIC) == ColumnType.TEXT) {
          countText(cursor.text(index));
        }
      }
      contentHash = LongSet.mix(contentHash ^ hash ^ (rowsSeen * SEED));
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
      previous = number;
      return Double.doubleToLongBits(number + 0.0);
    }

    private long lookAtText(SourceFile file, RecordCursor cursor, int index) {
      if (firstNonNumber == null) {
        firstNonNumber = cell(file, cursor, index);
      }
      double moment = cursor.epochMillis(index);
      if (!Double.isNaN(moment)) {
        moments++;
        return Double.doubleToLongBits(moment) ^ SEED;
      }
      String text = cursor.text(index);
      textsSeen++;
      textBytes += bytesOf(text);
      if (firstNonMoment == null) {
        firstNonMoment = cell(file, cursor, index);
      }
      count(strangers, MOST_STRANGERS, text);
      booleanWords += Double.isNaN(cursor.truth(index)) ? 0 : 1;
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
      count(texts, TOP_TEXTS, text);
    }

    private static void count(Map<String, long[]> counts, int most, String text) {
      long[] count = counts.get(text);
      if (count != null) {
        count[0]++;
      } else if (counts.size() < most) {
        counts.put(text, new long[] {1});
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

    private static ColumnProfile.Cell cell(SourceFile file, RecordCursor cursor, int index) {
      return new ColumnProfile.Cell(
          file.name() + " " + cursor.where(), Headers.shortened(cursor.text(index)));
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

    ColumnProfile finish(long rows) {
      return new ColumnProfile(
          name,
          declared,
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
          rowCounter && numbers > 1 && numbers == rows,
          distinct.size() - repeated.size(),
          uuids,
          codes,
          composed,
          textBytes / Math.max(1, textsSeen),
          oneLength,
          forms.size(),
          numbered,
          contentHash,
          byFrequency(texts),
          byFrequency(strangers),
          Optional.ofNullable(firstNonNumber),
          Optional.ofNullable(firstNonMoment));
    }
  }
}
