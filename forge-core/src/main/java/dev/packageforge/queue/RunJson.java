package dev.packageforge.queue;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.FailureDigest;
import dev.packageforge.PackagePlan;
import dev.packageforge.PublishOptions;
import dev.packageforge.Release;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.SandboxReport;
import dev.packageforge.Sha512;
import dev.packageforge.Text;
import dev.packageforge.UploadState;
import dev.packageforge.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the vocabulary looks in JSON: a record is an object with a field a component, absent if it is
 * null; one of several kinds says which in {@code type}; what has a written form is a string. The
 * vocabulary itself knows nothing of it.
 */
final class RunJson {
  private static final int VERSION = 1;
  private static final JsonMapper JSON = mapper();

  private record Document<T>(int v, T run) {}

  private RunJson() {}

  static byte[] write(Run run) {
    return bytes(new Document<>(VERSION, run));
  }

  static Run readRun(byte[] json) {
    try {
      Document<JsonNode> document = there(JSON.readValue(json, new TypeReference<>() {}));
      if (document.v() != VERSION) {
        throw new QueueException(
            QueueException.Reason.UNREADABLE,
            "a stored run has format " + document.v() + ", this version reads " + VERSION,
            "use the version of Package Forge that wrote it, or a later one",
            null);
      }
      return there(JSON.treeToValue(document.run(), Run.class));
    } catch (IOException | IllegalArgumentException e) {
      throw damaged("run", e);
    }
  }

  static byte[] write(RunEvent event) {
    return bytes(event);
  }

  static RunEvent readEvent(byte[] json) {
    try {
      return there(JSON.readValue(json, RunEvent.class));
    } catch (IOException | IllegalArgumentException e) {
      throw damaged("event", e);
    }
  }

  private static <T> T there(@Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("there is a null where an object should be");
    }
    return value;
  }

  private static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of plain values can always be written", e);
    }
  }

  private static QueueException damaged(String what, Exception cause) {
    // The original message quotes one value at most; the whole document belongs in no log.
    String why =
        cause instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : cause.getMessage();
    return new QueueException(
        QueueException.Reason.UNREADABLE,
        "a stored " + what + " cannot be read: " + Text.visible(String.valueOf(why), 200),
        "look for what else writes to the store, and whether a later version of Package Forge does",
        cause);
  }

  private static JsonMapper mapper() {
    SimpleModule words = new SimpleModule();
    word(words, Instant.class, Instant::parse);
    word(words, Duration.class, Duration::parse);
    word(words, RunId.class, RunId::new);
    word(words, Sha512.class, Sha512::new);
    return JsonMapper.builder()
        .addModule(words)
        .addMixIn(RunEvent.class, Kinds.OfEvent.class)
        .addMixIn(Verdict.class, Kinds.OfVerdict.class)
        .addMixIn(Run.class, MayBeAbsent.InRun.class)
        .addMixIn(Run.Planning.class, MayBeAbsent.InPlanning.class)
        .addMixIn(Run.Work.class, MayBeAbsent.InWork.class)
        .addMixIn(RunRequest.class, MayBeAbsent.InRequest.class)
        .addMixIn(Run.Publication.class, MayBeAbsent.InPublication.class)
        .addMixIn(PublishOptions.class, MayBeAbsent.InOptions.class)
        .addMixIn(Draft.class, MayBeAbsent.InDraft.class)
        .addMixIn(Attempt.class, MayBeAbsent.InAttempt.class)
        .addMixIn(FailureDigest.class, MayBeAbsent.InFailure.class)
        .addMixIn(RunEvent.State.class, MayBeAbsent.InState.class)
        // Components alone: what a record can work out from them is not stored.
        .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
        .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
        .visibility(PropertyAccessor.CREATOR, JsonAutoDetect.Visibility.ANY)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
        .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL))
        // Plain ASCII keeps a lone surrogate intact, which UTF-8 cannot hold.
        .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .build();
  }

  /** A type whose {@code toString} is its written form. */
  private static <T> void word(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addSerializer(
        type,
        new JsonSerializer<>() {
          @Override
          public void serialize(T value, JsonGenerator out, SerializerProvider context)
              throws IOException {
            out.writeString(value.toString());
          }
        });
    module.addDeserializer(
        type,
        new JsonDeserializer<>() {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
            String text = in.getValueAsString();
            if (text == null) {
              return context.reportInputMismatch(type, "a string is missing");
            }
            try {
              return parse.apply(text);
            } catch (RuntimeException e) {
              return context.reportInputMismatch(type, "%s", e.getMessage());
            }
          }
        });
  }

  /** The words in {@code type}; once used, a word keeps its meaning. */
  private static final class Kinds {
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
      @JsonSubTypes.Type(value = RunEvent.State.class, name = "state"),
      @JsonSubTypes.Type(value = RunEvent.Planned.class, name = "planned"),
      @JsonSubTypes.Type(value = RunEvent.PlanRefused.class, name = "plan-refused"),
      @JsonSubTypes.Type(value = RunEvent.FileText.class, name = "file-text"),
      @JsonSubTypes.Type(value = RunEvent.Drafted.class, name = "drafted"),
      @JsonSubTypes.Type(value = RunEvent.StepBegan.class, name = "step-began"),
      @JsonSubTypes.Type(value = RunEvent.StepEnded.class, name = "step-ended"),
      @JsonSubTypes.Type(value = RunEvent.Log.class, name = "log"),
      @JsonSubTypes.Type(value = RunEvent.Attempted.class, name = "attempted"),
      @JsonSubTypes.Type(value = RunEvent.Postponed.class, name = "postponed"),
      @JsonSubTypes.Type(value = RunEvent.Approved.class, name = "approved"),
      @JsonSubTypes.Type(value = RunEvent.Uploaded.class, name = "uploaded"),
      @JsonSubTypes.Type(value = RunEvent.Released.class, name = "released")
    })
    private interface OfEvent {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
      @JsonSubTypes.Type(value = Verdict.Passed.class, name = "passed"),
      @JsonSubTypes.Type(value = Verdict.Failed.class, name = "failed"),
      @JsonSubTypes.Type(value = Verdict.Unverified.class, name = "unverified")
    })
    private interface OfVerdict {}
  }

  /** The components that may be null; only the annotations are ever looked at. */
  @SuppressWarnings("UnusedVariable")
  private static final class MayBeAbsent {
    private abstract static class InRun {
      @JsonSetter(nulls = Nulls.SET)
      @Nullable Ending ending;
    }

    private abstract static class InPlanning {
      @JsonSetter(nulls = Nulls.SET)
      @Nullable PackagePlan proposed;

      @JsonSetter(nulls = Nulls.SET)
      @Nullable PackagePlan settled;
    }

    private abstract static class InWork {
      @JsonSetter(nulls = Nulls.SET)
      Run.@Nullable Publication publication;

      @JsonSetter(nulls = Nulls.SET)
      Run.@Nullable Unfinished unfinished;
    }

    private abstract static class InRequest {
      @JsonSetter(nulls = Nulls.SET)
      RunRequest.@Nullable Base base;

      @JsonSetter(nulls = Nulls.SET)
      RunRequest.@Nullable Brought brought;
    }

    private abstract static class InPublication {
      @JsonSetter(nulls = Nulls.SET)
      @Nullable UploadState reached;

      @JsonSetter(nulls = Nulls.SET)
      @Nullable Release release;

      @JsonSetter(nulls = Nulls.SET)
      @Nullable Ending refusal;
    }

    private abstract static class InOptions {
      @JsonSetter(nulls = Nulls.AS_EMPTY)
      String place = "";
    }

    private abstract static class InDraft {
      @JsonSetter(nulls = Nulls.AS_EMPTY)
      String author = "";
    }

    private abstract static class InAttempt {
      @JsonSetter(nulls = Nulls.SET)
      @Nullable SandboxReport sandbox;
    }

    private abstract static class InFailure {
      @JsonSetter(nulls = Nulls.AS_EMPTY)
      int failures;
    }

    private abstract static class InState {
      @JsonSetter(nulls = Nulls.SET)
      @Nullable String packageName;

      @JsonSetter(nulls = Nulls.SET)
      @Nullable Ending ending;
    }
  }
}
