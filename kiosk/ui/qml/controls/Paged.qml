// Blocks one below the other, or in two columns, on as few pages as they need. A page never ends within a block. What is not
// seen yet is counted in words beside the buttons that lead to it, and whoever asks for all of it knows when it was seen.
pragma ComponentBehavior: Bound
import QtQuick
import booth
import "../theme"

Item {
    id: paged
    required property WindowStage stage
    property var blocks: []
    // Of what is counted: "%1 of %2 answers", "%1 more further down".
    property string counted
    property string further
    // Another face is read from its beginning.
    property string face
    property int columns: 1
    property int gap: Theme.px(tight > 0 ? 16 : Theme.textSize > 1 ? 20 : 24)
    property color colour: Theme.primary
    // Why the way on is shut, where it is said here: its room is kept, or the page would move as soon as it opens.
    property string why
    property bool reserved: false
    readonly property int kept: reserved && !needed ? reason.high + Theme.space(1) : 0

    // How much has given way before anything had to page: paddings first.
    property int tight: 0
    property bool needed: false
    property int page: 0
    property int pages: 1
    // The last block that has been on the screen, and all before it too: pages are others in other letters, blocks stay.
    property int seenTo: -1
    readonly property int seenPage: ends.filter(end => end <= seenTo).length - 1
    readonly property bool seenAll: laid && seenTo >= blocks.length - 1
    property bool laid: false
    // The last block of each page, and how high its frame is.
    property var ends: [0]
    readonly property int frame: height - (needed ? bar.height + Theme.space(1) : kept)
    readonly property int bleed: Theme.px(12)
    readonly property var countedBlocks: blocks.filter(counts)
    readonly property int seenBlocks: blocks.filter((block, index) => index <= seenTo && counts(block)).length

    function counts(block) {
        return !block.beside && !block.heading;
    }
    signal pressed(string target, string key)

    onFaceChanged: {
        page = 0;
        seenTo = -1;
        again();
    }
    onBlocksChanged: again()
    onWidthChanged: again()
    onHeightChanged: again()
    onColumnsChanged: again()
    onPageChanged: Qt.callLater(look)
    // What keys or a number have leapt over was not on the screen; nor was what is still to be measured.
    function look() {
        if (laid && !unsure && (page === 0 || ends[page - 1] <= seenTo))
            seenTo = Math.max(seenTo, ends[page]);
    }
    Component.onCompleted: again()

    function again() {
        Qt.callLater(arrange);
    }
    readonly property var looks: [Theme.textSize, Theme.scheme, Theme.low, Theme.u]
    // Who makes the letters larger has not read it before.
    onLooksChanged: {
        seenTo = -1;
        unsure = true;
        again();
    }
    // Some of what stands there places its own children when a frame is drawn: then it is measured once more.
    property bool unsure: true
    Connections {
        target: paged.Window.window
        function onAfterAnimating() {
            if (!paged.unsure)
                return;
            paged.unsure = false;
            paged.arrange();
        }
    }
    Window.onWindowChanged: again()

    function turn(by) {
        page = by > 0 && page > seenPage ? seenPage + 1 : Math.max(0, Math.min(pages - 1, page + by));
    }
    readonly property Item focused: Window.activeFocusItem
    onFocusedChanged: {
        let item = focused;
        while (item && item.parent !== holder)
            item = item.parent;
        if (item && item.page !== undefined)
            page = item.page;
    }

    function measured(width) {
        const heights = [];
        for (let index = 0; index < all.count; index++) {
            const item = all.itemAt(index);
            item.width = width;
            item.shrink = 1;
            heights.push(gone(index) ? 0 : item.wanted());
        }
        return heights;
    }
    // Headings are the first to go: what they name is counted below.
    function gone(index) {
        return tight > 1 && Boolean(blocks[index].heading);
    }
    function shrunk(heights, most) {
        return heights.map((high, index) => {
            const item = all.itemAt(index);
            for (let part = 0.9; high > most && part > 0.55; part -= 0.1) {
                item.shrink = part;
                high = item.wanted();
            }
            return high;
        });
    }
    // Blocks side by side are as high as the higher of them.
    function lines(heights) {
        const made = [];
        for (let index = 0; index < heights.length; index += columns)
            if (!gone(index))
                made.push({ first: index, last: Math.min(index + columns, heights.length) - 1,
                            height: Math.max(...heights.slice(index, index + columns)),
                            heading: columns === 1 && Boolean(blocks[index].heading) });
        return made;
    }
    function total(made) {
        return made.reduce((sum, line) => sum + line.height, 0) + gap * Math.max(0, made.length - 1);
    }
    // Greedily, none higher than `most`; what is higher than a page by itself has one of its own. A heading stays with
    // what it names.
    function divided(made, most) {
        const parts = [];
        let begun = [];
        let high = 0;
        for (const line of made) {
            const more = high + (begun.length ? gap : 0) + line.height;
            if (begun.length && more > most) {
                const moved = begun[begun.length - 1].heading && begun.length > 1 ? [begun.pop()] : [];
                parts.push(begun);
                begun = moved;
                high = total(begun);
            }
            high += (begun.length ? gap : 0) + line.height;
            begun.push(line);
        }
        if (begun.length)
            parts.push(begun);
        return parts;
    }
    // As many pages as there must be, and none of them nearly empty: later ones take over from those before.
    function balanced(made, most) {
        const parts = divided(made, most);
        for (let turn = 0; turn < parts.length; turn++)
            for (let page = parts.length - 1; page > 0; page--) {
                const before = parts[page - 1];
                const last = before[before.length - 1];
                const moves = before.length > 1 && !before[before.length - 2].heading
                              && total(before) - last.height - gap >= total([last, ...parts[page]])
                              && total([last, ...parts[page]]) <= most;
                if (moves)
                    parts[page].unshift(before.pop());
            }
        return parts;
    }
    // What its own measuring moves is no change to be measured again.
    property bool arranging: false
    function arrange() {
        if (arranging || !Window.window || width <= 0 || height <= 0 || all.count !== blocks.length)
            return;
        arranging = true;
        lay();
        arranging = false;
    }
    function lay() {
        const each = Math.floor((width - (columns - 1) * Theme.gutter) / columns);
        const room = reserved ? reason.high + Theme.space(1) : 0;
        let made = [];
        for (tight = 0; tight < 3; tight++) {
            made = lines(measured(each));
            if (total(made) <= height - room)
                break;
        }
        if (tight > 2)
            tight = 2;
        needed = total(made) > height - room;
        if (needed)
            made = lines(shrunk(measured(each), frame));
        let parts = needed ? balanced(made, frame) : [made];
        // Whatever is higher than all the room there is does not become lower by a pager.
        if (parts.length < 2)
            needed = false;
        if (!made.length)
            parts.splice(0, parts.length, []);
        place(parts, each);
        ends = parts.map(part => part.length ? part[part.length - 1].last : -1);
        pages = Math.max(1, parts.length);
        page = Math.min(page, pages - 1);
        laid = true;
        Qt.callLater(look);
    }
    function place(parts, each) {
        for (let index = 0; index < all.count; index++)
            all.itemAt(index).visible = !gone(index);
        parts.forEach((part, number) => {
            const spare = frame - total(part);
            // A single thing grows most; where there are no pages rows only breathe a little.
            const most = blocks.length === 1 ? 0.9 : needed ? 0.4 : 0.2;
            const growing = part.filter(line => all.itemAt(line.first).grows).length;
            let y = number * (frame + 2 * bleed);
            for (const line of part) {
                const grows = growing && all.itemAt(line.first).grows;
                const high = line.height + (grows ? Math.min(Math.floor(Math.max(0, spare) / growing), Math.round(line.height * most)) : 0);
                for (let index = line.first; index <= line.last; index++) {
                    const item = all.itemAt(index);
                    item.page = number;
                    item.x = bleed + (index - line.first) * (each + Theme.gutter);
                    item.y = y + bleed;
                    item.height = item.grows || columns > 1 ? high : line.height;
                }
                y += high + gap;
            }
        });
    }

    // A little larger than what it holds, so that shadows and focus rings are not cut.
    Item {
        x: -paged.bleed
        y: -paged.bleed
        width: paged.width + 2 * paged.bleed
        height: paged.frame + 2 * paged.bleed
        clip: paged.needed

        Item {
            id: holder
            width: parent.width
            y: -paged.page * (paged.frame + 2 * paged.bleed)

            Repeater {
                id: all
                model: paged.blocks.length
                onCountChanged: paged.again()

                Block {
                    required property int index
                    property int page: 0
                    stage: paged.stage
                    tight: paged.tight
                    colour: paged.colour
                    block: paged.blocks[index] || ({ block: "paragraph", text: "" })
                    onPressed: (target, key) => {
                        paged.page = page;
                        paged.pressed(target, key);
                    }
                    onChanged: {
                        if (paged.arranging)
                            return;
                        paged.unsure = true;
                        paged.again();
                    }
                }
            }
        }
    }
    Words {
        id: reason
        readonly property int high: Math.ceil(metrics.height) + Theme.px(8)
        visible: paged.reserved && !paged.needed
        y: paged.height - high
        width: paged.width
        role: "caption"
        leading: Theme.leadingTight
        font.weight: Font.DemiBold
        text: paged.why

        FontMetrics {
            id: metrics
            font: reason.font
        }
    }
    Pager {
        id: bar
        visible: paged.needed
        y: paged.height - height
        width: paged.width
        readonly property string most: paged.counted.arg(paged.countedBlocks.length).arg(paged.countedBlocks.length)
                                       + " · " + paged.further.arg(paged.countedBlocks.length)
        longest: paged.why.length > most.length ? paged.why : most
        why: paged.seenAll ? paged.why : ""
        seen: paged.counted.arg(paged.seenBlocks).arg(paged.countedBlocks.length)
        ahead: paged.seenBlocks < paged.countedBlocks.length ? paged.further.arg(paged.countedBlocks.length - paged.seenBlocks) : ""
        atStart: paged.page === 0
        atEnd: paged.page >= paged.pages - 1 && paged.seenAll
        onTurned: by => paged.turn(by)
    }
}
