package io.latentry.core.cell;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A number as people write it, in both ways that its marks can be meant, with what stands beside
 * it: {@code 1.234,56 €} is 1234.56 with a decimal comma and nothing with a decimal point, {@code
 * 1.234} is 1.234 with a point and 1234 with a comma.
 *
 * @param withPoint its value if a point is the decimal mark; NaN if it cannot be
 * @param withComma its value if a comma is the decimal mark; NaN if it cannot be
 * @param unit what stands before or behind it; empty for none
 */
public record WrittenNumber(double withPoint, double withComma, String unit) {
  private static final int LONGEST = 48;

  /** Those that may stand before a number; the longer ones first. */
  private static final List<String> CURRENCIES =
      List.of(
          "US$", "HK$", "NZ$", "CHF", "USD", "EUR", "GBP", "JPY", "CNY", "INR", "AUD", "CAD", "SEK",
          "NOK", "DKK", "PLN", "CZK", "BRL", "A$", "C$", "R$", "S$", "kr", "zł", "$", "€", "£", "¥",
          "₹", "₽", "₩", "₺", "₪", "¢");

  /** Those that may follow a number without a blank: other letters there belong to a code. */
  private static final Set<String> GLUED =
      Set.of(
          ("ns us µs μs ms s sec min h hr hrs d nm um µm μm mm cm dm m km in ft yd mi ug µg μg mg g kg"
                  + " t lb lbs oz ml mL cl dl l L hl mm2 cm2 m2 km2 mm3 cm3 m3 mm² cm² m² km² mm³ cm³"
                  + " m³ uA µA μA mA A uV µV μV mV V kV mW W kW MW GW VA kVA mAh Ah Wh kWh MWh GWh mHz Hz"
                  + " kHz MHz GHz Pa hPa kPa MPa mbar bar psi J kJ MJ cal kcal N kN Nm K C F rpm b bit B"
                  + " kB KB MB GB TB PB KiB MiB GiB TiB bps kbps Mbps Gbps dB dBm dBA ppm ppb mol mmol"
                  + " µmol μmol nF pF µF μF mH Ω kΩ MΩ ohm lx lm cd px pt rad mrad deg pct")
              .split(" "));

  private static final Pattern WORD =
      Pattern.compile("[\\p{L}%‰°℃℉Ω$€£¥₹][\\p{L}%‰°Ω$€£¥₹²³/·^*.]{0,9}[23]?");

  /** Null if the text, trimmed, is no number with at most a unit beside it. */
  public static @Nullable WrittenNumber of(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return null;
    }
    boolean inParentheses = text.charAt(0) == '(' && text.charAt(text.length() - 1) == ')';
    // Bookkeepers write a loss so.
    String rest = inParentheses ? CellText.trimmed(text.substring(1, text.length() - 1)) : text;
    String sign = inParentheses ? "-" : "";
    String unit = "";
    for (int part = 0; part < 3 && !rest.isEmpty() && !startsNumber(rest); part++) {
      char first = rest.charAt(0);
      if ((first == '-' || first == '+') && sign.isEmpty()) {
        sign = first == '-' ? "-" : "+";
        rest = CellText.trimmed(rest.substring(1));
      } else if (unit.isEmpty()) {
        unit = currencyAt(rest);
        rest = CellText.trimmed(rest.substring(unit.length()));
      }
    }
    int end = endOfNumber(rest);
    if (end == 0) {
      return null;
    }
    String behind = rest.substring(end);
    String suffix = CellText.trimmed(behind);
    if (suffix.equals("-") && sign.isEmpty()) {
      sign = "-";
    } else if (!suffix.isEmpty()) {
      if (!unit.isEmpty() || !isUnit(suffix, suffix.length() < behind.length())) {
        return null;
      }
      unit = suffix;
    }
    String number = rest.substring(0, end);
    double withPoint = value(sign, number, '.');
    double withComma = value(sign, number, ',');
    return Double.isNaN(withPoint) && Double.isNaN(withComma)
        ? null
        : new WrittenNumber(withPoint, withComma, unit);
  }

  private static boolean startsNumber(String text) {
    return isDigit(text, 0) || (isMark(text, 0) && isDigit(text, 1));
  }

  private static String currencyAt(String text) {
    return CURRENCIES.stream().filter(text::startsWith).findFirst().orElse("");
  }

  private static boolean isUnit(String text, boolean apart) {
    if (!WORD.matcher(text).matches()) {
      return false;
    }
    char first = text.charAt(0);
    return apart
        || !Character.isLetter(first)
        || CURRENCIES.contains(text)
        || List.of(text.split("/", -1)).stream().allMatch(GLUED::contains);
  }

  private static boolean isDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static boolean isMark(String text, int at) {
    return at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == ',');
  }

  private static boolean isBlankOrApostrophe(char c) {
    return c == '\'' || c == '’' || CellText.isSpace(c);
  }

  /** Behind the digits, their separators and an exponent; 0 if there is no digit. */
  private static int endOfNumber(String text) {
    int at = 0;
    while (at < text.length()) {
      boolean separates =
          (isMark(text, at) && isDigit(text, at + 1))
              || (at > 0 && isBlankOrApostrophe(text.charAt(at)) && isGroup(text, at + 1));
      if (!isDigit(text, at) && !separates) {
        break;
      }
      at++;
    }
    if (at > 0 && at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int digits = at + 1;
      if (digits < text.length() && "+-".indexOf(text.charAt(digits)) >= 0) {
        digits++;
      }
      int end = digits;
      while (isDigit(text, end)) {
        end++;
      }
      return end > digits ? end : at;
    }
    return at;
  }

  /** Three digits and no fourth. */
  private static boolean isGroup(String text, int at) {
    return isDigit(text, at)
        && isDigit(text, at + 1)
        && isDigit(text, at + 2)
        && !isDigit(text, at + 3);
  }

  private static double value(String sign, String number, char decimal) {
    int exponent = Math.max(number.indexOf('e'), number.indexOf('E'));
    String mantissa = exponent < 0 ? number : number.substring(0, exponent);
    int mark = mantissa.indexOf(decimal);
    String whole = mark < 0 ? mantissa : mantissa.substring(0, mark);
    String fraction = mark < 0 ? "" : mantissa.substring(mark + 1);
    if (!fraction.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Double.NaN;
    }
    String digits = ungrouped(whole);
    if (digits == null || digits.length() + fraction.length() == 0) {
      return Double.NaN;
    }
    return NumberForm.ofDigits(
        Double.parseDouble(
            sign + digits + "." + fraction + (exponent < 0 ? "" : number.substring(exponent))));
  }

  /** The digits of a whole number; null if its separators are no thousands separators. */
  private static @Nullable String ungrouped(String whole) {
    StringBuilder digits = new StringBuilder();
    char separator = 0;
    int group = 0;
    int first = 0;
    int groups = 0;
    boolean pairs = false;
    for (int i = 0; i < whole.length(); i++) {
      char c = whole.charAt(i);
      if (c >= '0' && c <= '9') {
        digits.append(c);
        group++;
        continue;
      }
      if (separator != 0 && c != separator) {
        return null;
      }
      if (groups == 0) {
        first = group;
      } else if (group == 2 && c == ',' && (pairs || groups == 1)) {
        // Lakhs and crores.
        pairs = true;
      } else if (group != 3 || pairs) {
        return null;
      }
      separator = c;
      groups++;
      group = 0;
    }
    if (separator == 0) {
      return digits.toString();
    }
    boolean grouped =
        group == 3 && first >= 1 && first <= (pairs ? 2 : 3) && digits.charAt(0) != '0';
    return grouped ? digits.toString() : null;
  }
}
