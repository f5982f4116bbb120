#include "embed/train/lockstep_rows.h"

#include <algorithm>
#include <array>
#include <barrier>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/support/rows.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(lockstep_rows)

// Two matrices, and the lanes that train them.
struct Lanes {
  Lanes(std::size_t first_rows, std::size_t second_rows, std::size_t cols, std::size_t count)
      : first(first_rows, cols), second(second_rows, cols), rows(first, second, count) {
    for (std::size_t l = 0; l < count; ++l) all.push_back(l);
  }

  void begin_round(std::uint64_t round) {
    for (const auto lane : all) rows.lane(lane).begin_round(round);
    for (const auto lane : all) rows.lane(lane).forget_copies();
  }
  // Where lanes train a row that they all announce.
  std::vector<float*> announce(const std::vector<std::size_t>& lanes, Matrix& matrix, WordId row) {
    for (const auto lane : lanes) rows.lane(lane).announce(matrix, row);
    std::vector<float*> places;
    for (const auto lane : lanes) places.push_back(to_train(lane, matrix, row));
    return places;
  }
  float* to_train(std::size_t lane, Matrix& matrix, WordId row) {
    return rows.lane(lane).to_train(matrix.padded_row(row).data());
  }
  void add_all() {
    for (std::size_t shard = 0; shard < LockstepRows::kShards; ++shard) rows.add(shard);
  }

  Matrix first;
  Matrix second;
  LockstepRows rows;
  std::vector<std::size_t> all;
};

BOOST_AUTO_TEST_CASE(a_lane_trains_in_place_what_no_other_has_announced) {
  Lanes lanes(3, 3, 5, 4);
  lanes.begin_round(1);
  for (auto* matrix : {&lanes.first, &lanes.second}) {
    for (WordId row = 0; row < 3; ++row) {
      float* place = lanes.announce({row}, *matrix, row)[0];
      BOOST_CHECK_EQUAL(place, matrix->padded_row(row).data());
    }
  }
  lanes.first.row(1)[2] = 7;
  lanes.add_all();
  BOOST_CHECK_EQUAL(lanes.first.row(1)[2], 7);
}

BOOST_AUTO_TEST_CASE(what_is_learned_waits_in_copies_until_it_is_added) {
  Lanes lanes(3, 3, 5, 2);
  auto& matrix = lanes.first;
  matrix.row(1)[2] = 1;
  matrix.row(1)[3] = 7;
  lanes.begin_round(1);
  const auto copies = lanes.announce({0, 1}, matrix, 1);
  for (float* copy : copies) {
    BOOST_CHECK_NE(copy, matrix.padded_row(1).data());
    BOOST_CHECK(std::ranges::equal(std::span(copy, matrix.stride()), matrix.padded_row(1)));
  }
  copies[0][2] += 4;
  copies[1][4] -= 1;
  BOOST_CHECK_EQUAL(matrix.row(1)[2], 1);
  lanes.add_all();
  const std::array<float, 5> expected{0, 0, 5, 7, -1};
  BOOST_TEST(matrix.row(1) == expected, boost::test_tools::per_element());
  BOOST_CHECK(test::all_zero(matrix.row(0)));
  BOOST_CHECK(test::all_zero(matrix.row(2)));
  BOOST_CHECK(test::padding_is_zero(matrix));
  BOOST_CHECK(lanes.second == Matrix(3, 5));
}

BOOST_AUTO_TEST_CASE(what_several_lanes_learned_adds_up) {
  Lanes lanes(20, 9, 4, LockstepRows::kMostLanes);
  for (std::size_t round = 1; round <= 2; ++round) {  // no lane is remembered
    lanes.begin_round(round);
    const auto has = [](std::size_t lane, WordId row) { return (row >> (lane % 5) & 1) != 0; };
    for (WordId row = 0; row < 20; ++row) {
      std::vector<std::size_t> sharing;
      float expected = 0;
      for (const auto lane : lanes.all) {
        if (!has(lane, row)) continue;
        sharing.push_back(lane);
        expected += static_cast<float>(1 << lane);
      }
      const auto places = lanes.announce(sharing, lanes.first, row);
      for (std::size_t i = 0; i < places.size(); ++i) {
        places[i][1] += static_cast<float>(1 << sharing[i]);
      }
      lanes.rows.add(row % LockstepRows::kShards);
      BOOST_CHECK_EQUAL(lanes.first.row(row)[1], static_cast<float>(round) * expected);
      BOOST_CHECK_EQUAL(lanes.first.row(row)[0], 0);
      for (const auto lane : lanes.all) lanes.rows.lane(lane).forget_copies();
    }
  }
}

// Sums of floats depend on their order.
BOOST_AUTO_TEST_CASE(what_is_learned_is_added_in_the_order_of_the_lanes) {
  constexpr std::array kSteps{1.0f, 3e-8f, 5e-8f, 7e-8f};
  Lanes lanes(1, 1, 1, kSteps.size());
  lanes.second.row(0)[0] = 0.5f;
  float expected = 0.5f + kSteps[0];
  for (std::size_t l = 1; l < kSteps.size(); ++l) expected += (0.5f + kSteps[l]) - 0.5f;
  lanes.begin_round(1);
  const auto places = lanes.announce({3, 2, 1, 0}, lanes.second, 0);
  for (std::size_t i = 0; i < places.size(); ++i) places[i][0] += kSteps[3 - i];
  lanes.add_all();
  BOOST_CHECK_EQUAL(lanes.second.row(0)[0], expected);
}

BOOST_AUTO_TEST_CASE(a_row_has_one_copy) {
  Lanes lanes(2, 2, 3, 2);
  lanes.begin_round(1);
  float* copy = lanes.announce({0, 1}, lanes.first, 1)[0];
  copy[0] = 1;
  BOOST_CHECK_EQUAL(lanes.to_train(0, lanes.first, 1), copy);
  BOOST_CHECK_EQUAL(copy[0], 1);
  BOOST_CHECK_NE(lanes.announce({0, 1}, lanes.second, 1)[0], copy);
  BOOST_CHECK_NE(lanes.announce({0, 1}, lanes.first, 0)[0], copy);
}

BOOST_AUTO_TEST_CASE(shards_part_the_rows_of_both_matrices) {
  Lanes lanes(20, 7, 3, 2);
  lanes.begin_round(1);
  for (auto* matrix : {&lanes.first, &lanes.second}) {
    for (WordId row = 0; row < matrix->rows(); ++row) {
      for (float* place : lanes.announce({0, 1}, *matrix, row)) place[1] += 2;
    }
  }
  for (std::size_t shard = 0; shard < LockstepRows::kShards; ++shard) {
    lanes.rows.add(shard);
    for (std::size_t row = 0; row < 27; ++row) {
      const auto found = row < 20 ? lanes.first.row(row) : lanes.second.row(row - 20);
      BOOST_CHECK_EQUAL(found[1], row % LockstepRows::kShards <= shard ? 4 : 0);
      BOOST_CHECK_EQUAL(found[0], 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_copy_stays_where_it_is_while_others_are_made) {
  constexpr WordId kRows = 5000;
  Lanes lanes(kRows, 1, 3, 2);
  lanes.begin_round(1);
  std::vector<float*> places;
  for (WordId i = 0; i < kRows; ++i) places.push_back(lanes.announce({0, 1}, lanes.first, i)[0]);
  for (WordId i = 0; i < kRows; ++i) places[i][1] = static_cast<float>(i);
  for (WordId i = 0; i < kRows; ++i)
    BOOST_CHECK_EQUAL(lanes.to_train(0, lanes.first, i), places[i]);
  lanes.add_all();
  for (WordId i = 0; i < kRows; ++i) {
    BOOST_CHECK_EQUAL(lanes.first.row(i)[1], static_cast<float>(i));
  }
}

BOOST_AUTO_TEST_CASE(what_was_forgotten_is_gone_and_copies_are_made_anew) {
  Lanes lanes(40, 1, 20, 2);
  lanes.begin_round(1);
  for (WordId i = 0; i < 40; ++i) lanes.announce({0, 1}, lanes.first, i)[0][19] = 1;
  lanes.begin_round(2);
  lanes.add_all();
  BOOST_CHECK(lanes.first == Matrix(40, 20));
  lanes.first.row(2)[19] = 5;
  BOOST_CHECK_EQUAL(lanes.announce({0, 1}, lanes.first, 2)[0][19], 5);
}

// Numbers of rounds repeat after 255: a lane may seem to train what it trained then.
BOOST_AUTO_TEST_CASE(a_copy_made_in_vain_counts_like_the_row_itself) {
  Lanes lanes(2, 1, 3, 3);
  lanes.begin_round(1);
  lanes.announce({0, 2}, lanes.first, 1);
  lanes.begin_round(256);
  float* copy = lanes.announce({1}, lanes.first, 1)[0];
  BOOST_CHECK_NE(copy, lanes.first.padded_row(1).data());
  copy[2] += 3;
  lanes.add_all();
  BOOST_CHECK_EQUAL(lanes.first.row(1)[2], 3);
}

BOOST_AUTO_TEST_CASE(what_was_never_announced_is_never_copied) {
  Lanes lanes(1, 1, 3, 2);
  for (std::uint64_t round = 0; round < 600; ++round) {
    lanes.begin_round(round);
    BOOST_CHECK_EQUAL(lanes.announce({0}, lanes.first, 0)[0], lanes.first.padded_row(0).data());
  }
}

// With a thread for each lane, whose races the thread sanitizer would see.
BOOST_AUTO_TEST_CASE(lanes_of_different_threads_never_meet_in_a_row) {
  constexpr std::size_t kLanes = LockstepRows::kMostLanes;
  constexpr std::size_t kRows = 300;
  constexpr std::uint64_t kRounds = 20;
  const auto trains = [](std::uint64_t round, std::size_t lane, WordId row) {
    return (row * 7 + round * 5 + lane * 3) % 11 < 2;
  };
  Lanes lanes(kRows, kRows, 4, kLanes);
  std::barrier all_are_here(kLanes);
  std::vector<std::jthread> threads;
  for (std::size_t l = 0; l < kLanes; ++l) {
    threads.emplace_back([&, l] {
      auto& lane = lanes.rows.lane(l);
      for (std::uint64_t round = 0; round < kRounds; ++round) {
        lanes.rows.add(l);
        lane.begin_round(round);
        for (WordId row = 0; row < kRows; ++row) {
          if (trains(round, l, row)) lane.announce(lanes.second, row);
        }
        all_are_here.arrive_and_wait();
        lane.forget_copies();
        for (WordId row = 0; row < kRows; ++row) {
          if (trains(round, l, row)) lanes.to_train(l, lanes.second, row)[1] += 1;
        }
        all_are_here.arrive_and_wait();
      }
      lanes.rows.add(l);
    });
  }
  threads.clear();
  for (WordId row = 0; row < kRows; ++row) {
    float expected = 0;
    for (std::uint64_t round = 0; round < kRounds; ++round) {
      for (std::size_t l = 0; l < kLanes; ++l) expected += trains(round, l, row) ? 1.0f : 0.0f;
    }
    BOOST_CHECK_EQUAL(lanes.second.row(row)[1], expected);
  }
  BOOST_CHECK(lanes.first == Matrix(kRows, 4));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
