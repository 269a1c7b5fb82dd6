import { create } from "@bufbuild/protobuf";
import { durationFromMs, durationMs } from "@bufbuild/protobuf/wkt";
import { TravelTimesSchema, type TravelTimes } from "@calends/contracts/calends/availability/v1/travel_service_pb";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { TravelData } from "../domain/travel.ts";

/** Travel times as a message. */
export function toTravelMessage({ places, times, straightLineKmh }: TravelData): TravelTimes {
  return create(TravelTimesSchema, {
    places: places.map((place) => ({ ...place })),
    times: times.map(({ from, to, ms }) => ({ fromPlace: from, toPlace: to, duration: durationFromMs(ms) })),
    straightLineKmh,
  });
}

/** Travel times from a message that has passed validation. Throws where one is not in whole minutes. */
export function fromTravelMessage(message: TravelTimes | undefined): TravelData {
  const { places, times, straightLineKmh } = must(message, "travel_times");
  return {
    places: places.map(({ key, latitude, longitude }) => ({ key, latitude, longitude })),
    times: times.map(({ fromPlace, toPlace, duration }, index) => {
      const given = must(duration, "duration");
      if (given.seconds % 60n !== 0n || given.nanos !== 0) {
        throw invalidField(`travel_times.times[${index}].duration`, "must be in whole minutes");
      }
      return { from: fromPlace, to: toPlace, ms: durationMs(given) };
    }),
    straightLineKmh,
  };
}
