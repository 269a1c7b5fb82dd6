import { AvailableTimeService } from "@calends/contracts/calends/availability/v1/available_time_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "./deps.ts";
import { createMany, createOne } from "./times/create.ts";
import { expand } from "./times/expand.ts";
import { removeFollowing, updateFollowing } from "./times/following.ts";
import { cancel, change, remove, restore } from "./times/occurrences.ts";
import { get, list } from "./times/read.ts";
import { update } from "./times/update.ts";
import { mutateTimes } from "./times/work.ts";

const { method: methods } = AvailableTimeService;
const kind = "available";

/** The RPCs of AvailableTimeService: what times/ does, for available times. */
export function availableTimeRpcs(deps: Deps): ServiceImpl<typeof AvailableTimeService> {
  return {
    createAvailableTime: (request, context) =>
      mutateTimes(deps, kind, { method: methods.createAvailableTime, request, context }, async (work) => ({
        availableTime: await createOne(work, request.availableTime),
      })),
    bulkCreateAvailableTimes: (request, context) =>
      mutateTimes(deps, kind, { method: methods.bulkCreateAvailableTimes, request, context }, async (work) => ({
        availableTimes: await createMany(work, request.availableTimes),
      })),
    updateAvailableTime: (request, context) =>
      mutateTimes(deps, kind, { method: methods.updateAvailableTime, request, context }, async (work) => ({
        availableTime: await update(work, request.availableTimeId, request.availableTime),
      })),
    deleteAvailableTime: (request, context) =>
      mutateTimes(deps, kind, { method: methods.deleteAvailableTime, request, context }, async (work) => {
        await remove(work, request.availableTimeId);
        return {};
      }),
    cancelAvailableOccurrence: (request, context) =>
      mutateTimes(deps, kind, { method: methods.cancelAvailableOccurrence, request, context }, async (work) => ({
        availableTime: await cancel(work, request.availableTimeId, request),
      })),
    changeAvailableOccurrence: (request, context) =>
      mutateTimes(deps, kind, { method: methods.changeAvailableOccurrence, request, context }, async (work) => ({
        availableTime: await change(work, request.availableTimeId, request),
      })),
    restoreAvailableOccurrence: (request, context) =>
      mutateTimes(deps, kind, { method: methods.restoreAvailableOccurrence, request, context }, async (work) => ({
        availableTime: await restore(work, request.availableTimeId, request),
      })),
    updateFollowingAvailableTimes: (request, context) =>
      mutateTimes(deps, kind, { method: methods.updateFollowingAvailableTimes, request, context }, async (work) => {
        const split = await updateFollowing(work, request.availableTimeId, request, request.availableTime);
        return { availableTime: split.continued, ...(split.ended === undefined ? {} : { ended: split.ended }) };
      }),
    deleteFollowingAvailableTimes: (request, context) =>
      mutateTimes(deps, kind, { method: methods.deleteFollowingAvailableTimes, request, context }, async (work) => {
        const left = await removeFollowing(work, request.availableTimeId, request);
        return left === undefined ? {} : { availableTime: left };
      }),
    async getAvailableTime(request, context) {
      return { availableTime: await get(deps, kind, context, request.availableTimeId) };
    },
    async listAvailableTimes(request, context) {
      const { times, nextPageToken } = await list(deps, kind, context, request);
      return { availableTimes: times, nextPageToken };
    },
    async listExpandedAvailableTimes(request, context) {
      const { times, truncated } = await expand(deps, kind, context, request);
      return { availableTimes: times, truncated };
    },
  };
}
