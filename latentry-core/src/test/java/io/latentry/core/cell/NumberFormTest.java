package io.latentry.core.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberFormTest {
  @ParameterizedTest
  @CsvSource({
    "3,3",
    "-0.0,0",
    "1.5,1.5",
    "1e14,100000000000000",
    "1e15,1.0E15",
    "0.0001,1.0E-4",
  })
  void aValueHasOneText(double value, String text) {
    assertThat(NumberForm.text(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12|12|12|",
        "1.234|1.234|1234|",
        "1,234|1234|1.234|",
        "0,123|NaN|0.123|",
        "0.123|0.123|NaN|",
        "50,47|NaN|50.47|",
        "1.234,56 €|NaN|1234.56|€",
        "$1,234.50|1234.5|NaN|$",
        "-$ 5|-5|-5|$",
        "($1,250.00)|-1250|NaN|$",
        "US$ 3.5|3.5|NaN|US$",
        "99.9%|99.9|NaN|%",
        "9000 ms|9000|9000|ms",
        "12,5 kg|NaN|12.5|kg",
        "10km/h|10|10|km/h",
        "1 234 567,8|NaN|1234567.8|",
        "1'234.5|1234.5|NaN|",
        "12,34,567.5|1234567.5|NaN|",
        "1.234.567|NaN|1234567|",
        "1,5e-3|NaN|0.0015|",
        "12 boxes|12|12|boxes",
        "17-|-17|-17|",
      })
  void aNumberIsReadInBothWaysThatItsMarksCanBeMeant(
      String text, double point, double comma, String unit) {
    assertThat(WrittenNumber.of(text))
        .isEqualTo(new WrittenNumber(point, comma, unit == null ? "" : unit));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.2.3",
        "10.0.0.1",
        "12:30",
        "2024-05-01",
        "A12",
        "12A4",
        "1,23,4",
        "12 Baker Street",
        "v1",
        "1_000",
        "--5",
        "5x7",
        "0x1F",
        "$",
        "ms",
        "<5",
        "1,2,3",
        "12 34",
        "01.234,5.6",
        "3rd",
        "4cyl"
      })
  void otherTextsAreNoNumbers(String text) {
    assertThat(WrittenNumber.of(text)).isNull();
  }

  @Test
  void aFormReadsItsOwnMarkAndUnitAndNumbersWithoutOne() {
    NumberForm weights = NumberForm.of(DecimalMark.COMMA, "kg");
    assertThat(weights.number("1.234,5 kg")).isEqualTo(1234.5);
    assertThat(weights.number("12,5")).isEqualTo(12.5);
    assertThat(weights.number("12,5 g")).isNaN();
    assertThat(weights.number("12.5 kg")).isNaN();
    assertThat(weights.number("-inf")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(weights.expected()).contains("decimal comma").contains("kg");
    assertThat(NumberForm.PLAIN.number("1,234")).isNaN();
    assertThat(NumberForm.PLAIN.number("12.5 kg")).isNaN();
    assertThat(NumberForm.PLAIN.number("-1.5e3")).isEqualTo(-1500);
  }

  @Test
  void aColumnTakesFromAllColumnsWhatItDoesNotSayItself() {
    Map<String, NumberForm> forms =
        Map.of(
            "*", new NumberForm(DecimalMark.COMMA, null, List.of(-999.0)),
            "a", new NumberForm(null, "ms", List.of()),
            "b", new NumberForm(DecimalMark.POINT, null, List.of(0.0)));
    assertThat(NumberForm.of(forms, "a"))
        .isEqualTo(new NumberForm(DecimalMark.COMMA, "ms", List.of(-999.0)));
    assertThat(NumberForm.of(forms, "b"))
        .isEqualTo(new NumberForm(DecimalMark.POINT, null, List.of(0.0)));
    assertThat(NumberForm.of(forms, "c").decimal()).isEqualTo(DecimalMark.COMMA);
  }

  @Test
  void rowsOfAProgramReadNumbersAsFilesDo() {
    Schema schema =
        new Schema(
            List.of(
                Column.numeric("a", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1),
                Column.numeric("b", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1)),
            List.of());
    CellText cells =
        CellText.of(
            Set.of("-999"),
            Map.of(
                "a", new NumberForm(DecimalMark.COMMA, "€", List.of(0.0)), "b", NumberForm.PLAIN));
    RowsBuilder rows = new RowsBuilder(schema, 1, cells);
    rows.set(0, "1.234,5 €");
    rows.set(1, "-999.0");
    rows.endRow();
    rows.set(0, "0,0");
    rows.set(1, -999);
    rows.endRow();
    rows.set(0, "1,5 $");
    rows.endRow();
    assertThat(rows.rows().numeric())
        .containsExactly(1234.5f, Float.NaN, Float.NaN, Float.NaN, Float.NaN, Float.NaN);
    assertThat(rows.rows().fault(2)).contains("column 'a': '1,5 $' (expected: a number with");
  }
}
