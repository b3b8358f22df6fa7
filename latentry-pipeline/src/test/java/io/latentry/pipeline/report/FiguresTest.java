package io.latentry.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FiguresTest {

  @Test
  void numbersKeepFourTellingDigits() {
    assertThat(Figures.of(17.99)).isEqualTo("17.99");
    assertThat(Figures.of(-0.123456)).isEqualTo("-0.1235");
    assertThat(Figures.of(12345.6)).isEqualTo("12,346");
    assertThat(Figures.of(1.203e-7)).isEqualTo("1.203e-7");
    assertThat(Figures.of(5e-5)).isEqualTo("5e-5");
    assertThat(Figures.of(2e10)).isEqualTo("2e10");
    assertThat(Figures.of(1e-10)).isEqualTo("1e-10");
    assertThat(Figures.of(100)).isEqualTo("100");
    assertThat(Figures.of(0)).isEqualTo("0");
    assertThat(Figures.of(-0.0)).isEqualTo("0");
    assertThat(Figures.of(Double.NaN)).isEqualTo("not known");
  }

  @Test
  void percentagesKeepWhatDistinguishesThemFromNoneAndAll() {
    assertThat(Figures.percent(0.01)).isEqualTo("1 %");
    assertThat(Figures.percent(0.0052)).isEqualTo("0.52 %");
    assertThat(Figures.percent(0.000123)).isEqualTo("0.0123 %");
    assertThat(Figures.percent(0.9995)).isEqualTo("99.95 %");
    assertThat(Figures.percent(0.25)).isEqualTo("25 %");
    assertThat(Figures.percent(1)).isEqualTo("100 %");
    assertThat(Figures.percent(0)).isEqualTo("0 %");
  }

  @Test
  void momentsOfTheWeekAreDaysAndTimes() {
    assertThat(Figures.momentOfWeek(0)).isEqualTo("Mon 00:00");
    assertThat(Figures.momentOfWeek(86_400 + 13 * 3600 + 5 * 60)).isEqualTo("Tue 13:05");
    assertThat(Figures.momentOfWeek(604_799)).isEqualTo("Sun 23:59");
  }

  @Test
  void countsAgreeWithTheirNoun() {
    assertThat(Figures.count(1, "row")).isEqualTo("1 row");
    assertThat(Figures.count(12_345, "row")).isEqualTo("12,345 rows");
  }
}
