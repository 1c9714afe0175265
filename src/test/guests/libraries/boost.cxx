// Boost.Serialization: objects of a class hierarchy travel from rank to rank through base class pointers; the registry of
// exported classes, in the library, is filled by each rank's own constructors.
//
// test: package libboost-serialization-dev
// test: flags -lboost_serialization
// test: ranks 1 4
// test: flotilla-ranks 64
// test: stealing
#include "support.h"
#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/archive/xml_iarchive.hpp>
#include <boost/archive/xml_oarchive.hpp>
#include <boost/serialization/export.hpp>
#include <boost/serialization/list.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/shared_ptr.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <memory>
#include <sstream>

struct Shape {
    std::string name;
    virtual ~Shape() = default;
    virtual double area() const = 0;
    template <class A> void serialize(A &archive, unsigned) { archive & BOOST_SERIALIZATION_NVP(name); }
};

struct Square : Shape {
    double side = 0;
    double area() const override { return side * side; }
    template <class A> void serialize(A &archive, unsigned) {
        archive & BOOST_SERIALIZATION_BASE_OBJECT_NVP(Shape) & BOOST_SERIALIZATION_NVP(side);
    }
};

struct Group : Shape {
    std::vector<std::shared_ptr<Shape>> parts;
    std::map<std::string, int> numbers;
    double area() const override {
        double sum = 0;
        for (auto &part : parts) sum += part->area();
        return sum;
    }
    template <class A> void serialize(A &archive, unsigned) {
        archive & BOOST_SERIALIZATION_BASE_OBJECT_NVP(Shape) & BOOST_SERIALIZATION_NVP(parts) & BOOST_SERIALIZATION_NVP(numbers);
    }
};

BOOST_SERIALIZATION_ASSUME_ABSTRACT(Shape)
BOOST_CLASS_EXPORT(Square)
BOOST_CLASS_EXPORT(Group)

static std::shared_ptr<Shape> make(int rank) {
    auto group = std::make_shared<Group>();
    group->name = "group of rank " + std::to_string(rank);
    for (int i = 0; i <= rank % 5 + 1; i++) {
        auto square = std::make_shared<Square>();
        square->name = "square " + std::to_string(i);
        square->side = rank + i;
        group->parts.push_back(square);
        group->numbers[square->name] = 10 * rank + i;
    }
    // The same object twice: it must be one again.
    group->parts.push_back(group->parts.front());
    return group;
}

template <class Out, class In> static void exchange(const char *what) {
    std::shared_ptr<Shape> mine = make(check_rank), theirs;
    std::ostringstream out;
    {
        Out archive(out);
        interleave();
        archive << boost::serialization::make_nvp("shape", mine);
        interleave();
    }
    std::string text = out.str();
    int size, previous = (check_rank + check_size - 1) % check_size;
    char *received = static_cast<char *>(pass_on(text.data(), static_cast<int>(text.size()), &size));
    std::istringstream in(std::string(received, size));
    free(received);
    {
        In archive(in);
        interleave();
        archive >> boost::serialization::make_nvp("shape", theirs);
    }
    auto expected = make(previous);
    CHECK(theirs->name == expected->name);
    CHECK(theirs->area() == expected->area());
    auto group = std::dynamic_pointer_cast<Group>(theirs);
    CHECK(group != nullptr && group->parts.front() == group->parts.back());
    CHECK(group->numbers == std::dynamic_pointer_cast<Group>(expected)->numbers);
    printf("rank %d of %d: %s archive, %zu bytes\n", check_rank, check_size, what, text.size());
}

int main(int argc, char **argv) {
    start(&argc, &argv);
    for (int round = 0; round < 2; round++) {
        exchange<boost::archive::text_oarchive, boost::archive::text_iarchive>("text");
        exchange<boost::archive::binary_oarchive, boost::archive::binary_iarchive>("binary");
        exchange<boost::archive::xml_oarchive, boost::archive::xml_iarchive>("XML");
    }
    // An archive that is cut off is an exception, caught in the rank.
    bool caught = false;
    try {
        std::istringstream in("22 serialization::archive 19 0 1");
        boost::archive::text_iarchive archive(in);
        std::shared_ptr<Shape> shape;
        archive >> shape;
    } catch (boost::archive::archive_exception &) {
        caught = true;
    }
    CHECK(caught);
    return finish("Boost.Serialization");
}
