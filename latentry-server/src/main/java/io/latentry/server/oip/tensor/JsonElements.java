package io.latentry.server.oip.tensor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a tensor as JSON has them: a list, flat or nested as the shape says. Read before
 * it is known what they should be, since {@code data} may come before {@code datatype}.
 */
public final class JsonElements {
  private static final int MOST_RANK = 8;

  /** As Jackson writes them by default; a text among texts, a number among numbers. */
  private static final Map<String, Double> NOT_FINITE =
      Map.of(
          "NaN", Double.NaN,
          "Infinity", Double.POSITIVE_INFINITY,
          "-Infinity", Double.NEGATIVE_INFINITY);

  /** What an element is; a list holds one kind, and nulls. */
  private enum Kind {
    NUMBER,
    TRUTH,
    TEXT
  }

  private @Nullable Kind kind;
  private double[] numbers = {};
  private String[] texts = {};
  private int count;

  /** Entries of the lists at each depth; -1 where none has ended yet. */
  private final int[] lengths = new int[MOST_RANK];

  private final int[] entries = new int[MOST_RANK];
  private int depth;
  private int rank;

  private JsonElements() {
    Arrays.fill(lengths, -1);
  }

  /**
   * Reads the value that the parser stands at, to its end.
   *
   * @param where names the tensor, for messages
   */
  public static JsonElements read(JsonParser parser, String where) throws IOException {
    JsonElements elements = new JsonElements();
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw BadInput.of(where + ": data is no list", "a list of elements");
    }
    elements.open(where);
    while (elements.depth > 0) {
      elements.take(parser.nextToken(), parser, where);
    }
    return elements;
  }

  /** The tensor that these are the elements of. */
  public InputTensor tensor(String name, Datatype datatype, long[] shape) {
    InputTensor.requireElements(name, shape, count);
    if (rank > 1) {
      for (int i = 0; i < Math.max(rank, shape.length); i++) {
        if (rank != shape.length || lengths[i] != shape[i]) {
          throw BadInput.of(
              InputTensor.where(name)
                  + ": data nested as "
                  + Arrays.toString(Arrays.copyOf(lengths, rank)),
              "flat, or as shape " + Arrays.toString(shape));
        }
      }
    }
    Kind expected =
        switch (datatype) {
          case BOOL -> Kind.TRUTH;
          case BYTES -> Kind.TEXT;
          case INT32, INT64, FP32, FP64 -> Kind.NUMBER;
        };
    if (kind != null && kind != expected) {
      throw BadInput.of(
          InputTensor.where(name) + ": data of kind " + kind, datatype + ", of kind " + expected);
    }
    return expected == Kind.TEXT
        ? InputTensor.ofTexts(name, shape, texts())
        : InputTensor.ofNumbers(name, datatype, shape, exact(name, datatype));
  }

  private String[] texts() {
    String[] all = Arrays.copyOf(texts, count);
    for (int i = 0; i < count; i++) {
      if (all[i] == null) {
        all[i] = "";
      }
    }
    return all;
  }

  private double[] exact(String name, Datatype datatype) {
    double[] exact = Arrays.copyOf(numbers, count);
    for (int i = 0; i < count; i++) {
      double number = exact[i];
      boolean fits =
          switch (datatype) {
            case INT32 -> number == (int) number;
            case INT64 -> number == Math.rint(number) && Math.abs(number) <= 0x1p63;
            default -> true;
          };
      if (!fits && !Double.isNaN(number)) {
        throw BadInput.of(
            InputTensor.where(name) + ": " + number + " as element " + i, "a whole " + datatype);
      }
    }
    return exact;
  }

  private void open(String where) {
    if (depth == MOST_RANK) {
      throw BadInput.of(
          where + ": lists in lists, " + (MOST_RANK + 1) + " deep", "at most " + MOST_RANK);
    }
    if (depth > 0) {
      entries[depth - 1]++;
    }
    entries[depth++] = 0;
  }

  private void close(String where) {
    depth--;
    if (lengths[depth] < 0) {
      lengths[depth] = entries[depth];
    } else if (lengths[depth] != entries[depth]) {
      throw BadInput.of(
          where + ": lists of " + lengths[depth] + " and of " + entries[depth] + " entries",
          "lists of one length at each depth");
    }
  }

  private void take(@Nullable JsonToken token, JsonParser parser, String where) throws IOException {
    if (token == JsonToken.START_ARRAY) {
      open(where);
      return;
    }
    if (token == JsonToken.END_ARRAY) {
      close(where);
      return;
    }
    if (rank == 0) {
      rank = depth;
    } else if (rank != depth) {
      throw BadInput.of(where + ": element " + count + " at another depth", "one depth for all");
    }
    entries[depth - 1]++;
    grow();
    if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
      be(Kind.NUMBER, where);
      numbers[count] = parser.getDoubleValue();
    } else if (token == JsonToken.VALUE_STRING) {
      String text = parser.getText();
      Double number = NOT_FINITE.get(text);
      if (number == null) {
        be(Kind.TEXT, where);
      } else {
        numbers[count] = number;
      }
      if (texts.length == 0) {
        texts = new String[numbers.length];
      }
      texts[count] = text;
    } else if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      be(Kind.TRUTH, where);
      numbers[count] = token == JsonToken.VALUE_TRUE ? 1 : 0;
    } else if (token == JsonToken.VALUE_NULL) {
      numbers[count] = Double.NaN;
    } else {
      throw BadInput.of(where + ": an object as element " + count, "numbers, texts, truths, nulls");
    }
    count++;
  }

  private void be(Kind here, String where) {
    if (kind == null) {
      kind = here;
    } else if (kind != here) {
      throw BadInput.of(
          where + ": " + here + " as element " + count + " after " + kind, "elements of one kind");
    }
  }

  private void grow() {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(64, 2 * count));
      if (texts.length > 0) {
        texts = Arrays.copyOf(texts, numbers.length);
      }
    }
  }
}
