// What every shape of a page has: its head, words that lead to it, blocks that page where they must, and, where something is
// confirmed, the place for that. Where there is little room what accompanies goes first, then headings draw together, then
// it pages; what decides is in sight or counted in words.
pragma ComponentBehavior: Bound
import QtQuick
import booth
import "../theme"

// As Screen, whose name means another thing in this folder.
Item {
    id: shape
    required property WindowStage stage
    required property var shown
    readonly property string screen: shown.screen
    readonly property bool seenAll: paged.seenAll
    property int leadSpan: 5
    property int bodySpan: 7
    property string sign
    property bool done: false
    property color colour: Theme.primary
    // What is confirmed has its button beside or below, and what leads to it stands beside that.
    readonly property bool confirms: shown.footer.apart === true
    readonly property bool low: Theme.lowReach
    readonly property bool beside: confirms ? !Theme.portrait : Theme.wide && !low
    readonly property bool wide: beside && !confirms && !low
    readonly property int edge: Theme.px(low ? 16 : Theme.low ? 24 : Theme.textSize > 1 ? 28 : 44)
    readonly property int foot: Theme.px(low || Theme.low ? 12 : 24)
    readonly property int gap: Theme.px(Theme.low || Theme.textSize > 1 ? 16 : 24)
    readonly property int lowTop: low ? Theme.reachTop - Theme.headerHeight - Theme.stripeHeight + Theme.px(8) : 0
    readonly property int full: width - 2 * Theme.margin
    readonly property int mainWidth: confirms && beside ? Theme.span(8) : full
    readonly property int sideWidth: confirms ? Theme.span(4) : Theme.span(leadSpan)
    readonly property string moreWords: shown.more ? shown.moreWords || "" : ""
    // The button to read more: beside the title, below the words that lead, or, in low reach, before the answers.
    readonly property bool moreAbove: moreWords !== "" && !wide && !low

    // The bar below, where it has room for why the way on is shut; otherwise that stands here, at the foot of the page.
    readonly property string why: confirms ? "" : !shown.footer.enabled ? shown.footer.note : !seenAll ? shown.footer.unseen : ""
    readonly property bool whyHere: Theme.barFull

    anchors.fill: parent

    readonly property var lead: shown.lead || []
    // Of what leads, what has its room there; the rest stands after the blocks, but for what only accompanies.
    property var kept: []
    readonly property var rest: lead.filter((block, index) => !kept.includes(index) && !block.accompanies)
                                    .map(block => Object.assign({}, block, { beside: true }))
    readonly property var blocks: {
        const more = moreWords !== "" && low ? [{ block: "more", text: moreWords, beside: true }] : [];
        const where = (shown.contact || []).length ? [{ block: "contact", lines: shown.contact, beside: true }] : [];
        return [...rest.filter(block => block.first), ...(shown.blocks || []), ...where,
                ...rest.filter(block => !block.first), ...more];
    }
    readonly property bool touched: (shown.blocks || []).some(block => block.block === "option" || block.key)

    onLeadChanged: Qt.callLater(fit)
    onWidthChanged: Qt.callLater(fit)
    onHeightChanged: Qt.callLater(fit)
    readonly property var looks: [Theme.textSize, Theme.lowReach, Theme.u, wide, beside, head.height]
    onLooksChanged: Qt.callLater(fit)

    Window.onWindowChanged: Qt.callLater(fit)

    // A page that has just left has no window and nothing to fit.
    function fit() {
        if (!Window.window || width <= 0 || leads.count !== lead.length)
            return;
        const room = leadRoom();
        const fitting = [];
        let high = 0;
        // What must not be missed has the first claim, then the rest in its order, and what accompanies last.
        const claim = block => block.first ? 0 : block.accompanies ? 2 : 1;
        const order = lead.map((block, index) => index).sort((one, other) => claim(lead[one]) - claim(lead[other]) || one - other);
        for (const index of order) {
            const item = leads.itemAt(index) as Block;
            item.width = leadColumn.width;
            const more = item.wanted() + (fitting.length ? leadColumn.spacing : 0);
            // What is pressed keeps to the lower half.
            if (high + more > room || low && lead[index].key || crowded && !beside && !low && !lead[index].first)
                continue;
            high += more;
            fitting.push(index);
        }
        if (JSON.stringify(fitting) !== JSON.stringify(kept))
            kept = fitting;
    }
    // In one column of large letters the answer comes before the explanation.
    readonly property bool crowded: Theme.textSize > 1 || !Theme.portrait || confirms
    function leadRoom() {
        if (confirms)
            return beside ? height - edge - foot - confirm.height - gap - (low ? lowTop : 0) : Math.round(height / 5);
        if (wide)
            return height - edge - head.height - gap - foot - (moreBelow.visible ? moreBelow.height + gap : 0);
        return low ? lowTop - edge - head.height - gap : Math.round(height / 4);
    }
    function press(target, key) {
        if (target === "row")
            stage.choose(key);
        else if (target === "change")
            stage.choose(key);
        else if (target === "more")
            stage.more();
        else if (target === "blank")
            stage.markBlank();
        else if (target.startsWith("answer_"))
            stage.mark(Number(target.slice(7)));
    }

    PageHead {
        id: head
        x: Theme.margin
        y: shape.edge
        width: shape.wide ? shape.sideWidth : shape.mainWidth
        shown: shape.shown
        wide: shape.wide
        sign: shape.sign
        done: shape.done
        colour: shape.colour
        beside: moreAbove.visible ? moreAbove.width + Theme.space(2) : 0
    }
    SecondaryButton {
        id: moreAbove
        objectName: "more"
        visible: shape.moreAbove
        x: head.x + head.width - width
        y: head.y + head.height - height
        icon: "file-text"
        text: shape.moreWords
        note: shape.shown.more || ""
        onPressed: shape.stage.more()
    }
    Column {
        id: leadColumn
        x: shape.confirms && shape.beside ? shape.width - Theme.margin - width : Theme.margin
        y: shape.confirms && shape.beside ? shape.edge + (shape.low ? shape.lowTop : 0) : head.y + head.height + shape.gap
        width: shape.wide || shape.confirms && shape.beside ? shape.sideWidth : shape.full
        spacing: Theme.px(Theme.low ? 14 : 20)

        Repeater {
            id: leads
            model: shape.lead.length
            onCountChanged: Qt.callLater(shape.fit)
            Block {
                required property int index
                stage: shape.stage
                block: shape.lead[index] || ({ block: "paragraph", text: "" })
                visible: shape.kept.includes(index)
                width: leadColumn.width
                height: implicitHeight
                colour: shape.colour
                onPressed: (target, key) => shape.press(target, key)
                onChanged: Qt.callLater(shape.fit)
            }
        }
        SecondaryButton {
            id: moreBelow
            objectName: "more"
            visible: shape.wide && shape.moreWords !== ""
            icon: "file-text"
            text: shape.moreWords
            note: shape.shown.more || ""
            onPressed: shape.stage.more()
        }
    }
    Paged {
        id: paged
        readonly property int below: shape.kept.length && !shape.beside ? leadColumn.y + leadColumn.height + shape.gap
                                                                                         : head.y + head.height + shape.gap
        stage: shape.stage
        face: shape.shown.key
        blocks: shape.blocks
        counted: shape.shown.counted || "%1/%2"
        further: shape.shown.further || "%1"
        colour: shape.colour
        why: shape.whyHere ? shape.why : ""
        reserved: shape.whyHere
        columns: shape.low && !Theme.portrait && shape.touched && Theme.textSize < 2 && !shape.confirms ? 2 : 1
        x: shape.wide ? shape.width - Theme.margin - width : Theme.margin
        y: shape.wide ? shape.edge : Math.max(below, shape.lowTop)
        width: shape.wide ? Theme.span(shape.bodySpan) : shape.mainWidth
        height: shape.height - y - shape.foot - (shape.confirms && !shape.beside ? confirm.height + shape.gap : 0)
        onPressed: (target, key) => shape.press(target, key)
    }
    Column {
        id: confirm
        visible: shape.confirms
        x: shape.beside ? shape.width - Theme.margin - width : Theme.margin
        y: shape.height - height - shape.foot
        width: shape.beside ? shape.sideWidth : shape.full
        spacing: Theme.px(12)

        Words {
            width: parent.width
            visible: text !== ""
            role: "caption"
            leading: Theme.leadingTight
            text: !shape.confirms ? "" : paged.seenAll ? shape.shown.seen || "" : shape.shown.footer.unseen
        }
        ConfirmButton {
            objectName: shape.confirms ? "primary" : ""
            width: parent.width
            icon: shape.shown.footer.icon
            text: shape.confirms ? shape.shown.footer.primary : ""
            note: enabled ? "" : shape.shown.footer.unseen
            enabled: shape.confirms && shape.shown.footer.enabled && paged.seenAll
            onPressed: shape.stage.primary()
        }
    }
}
