// One block of a page, drawn by its kind.
pragma ComponentBehavior: Bound
import QtQuick
import booth
import "../theme"

Item {
    id: place
    required property WindowStage stage
    property var block: ({ block: "paragraph", text: "" })
    property int tight: 0
    property color colour: Theme.primary
    // It may take the height that a page has to spare.
    readonly property bool grows: block.block === "option" || block.block === "row"

    // What would be higher than a whole page, in the largest letters on a small screen, draws together instead of being cut.
    property real shrink: 1

    signal pressed(string target, string key)
    signal changed

    readonly property Item inside: loader.item as Item
    implicitHeight: inside ? inside.implicitHeight * shrink : 0
    onImplicitHeightChanged: changed()

    // How high it wants to be at the width that it has been given.
    function wanted() {
        if (!inside)
            return 0;
        settle(inside);
        return Math.ceil(inside.implicitHeight * shrink);
    }
    // Rows and columns would place their children only with the next frame.
    function settle(item) {
        for (const child of item.children)
            settle(child);
        if (item.forceLayout)
            item.forceLayout();
    }

    Loader {
        id: loader
        width: place.width / place.shrink
        height: place.height / place.shrink
        scale: place.shrink
        transformOrigin: Item.TopLeft
        sourceComponent: ({ option: option, row: place.block.key ? place.block.press || place.block.choice ? action : entry : told,
                            paragraph: paragraph, notice: notice, fact: fact, person: person, answer: answer,
                            code: code, qr: qr, more: more, contact: contact, picture: picture })[place.block.block]
    }
    Component {
        id: option
        ChoiceRow {
            objectName: place.block.target || ""
            tight: place.tight
            text: place.block.text || ""
            detail: place.block.note || ""
            picture: place.block.picture || ""
            alt: place.block.alt || ""
            checked: place.block.chosen === true
            exclusive: place.block.several !== true
            onPressed: place.pressed(place.block.target, "")
        }
    }
    Component {
        id: entry
        EntryRow {
            objectName: "row_" + place.block.key
            tight: place.tight
            text: place.block.name || ""
            detail: place.block.text || ""
            closed: place.block.closed === true
            colour: place.colour
            onPressed: place.pressed("row", place.block.key)
        }
    }
    Component {
        id: action
        ActionRow {
            tight: place.tight
            objectName: "row_" + place.block.key
            row: place.block
            onPressed: place.pressed("row", place.block.key)
        }
    }
    Component {
        id: told
        StatusRow {
            tight: place.tight
            row: place.block
        }
    }
    Component {
        id: paragraph
        Words {
            role: place.block.heading ? "h2" : "body"
            text: place.block.text || ""
        }
    }
    Component {
        id: notice
        Notice {
            kind: place.block.kind || "info"
            icon: place.block.icon || (kind === "warning" ? "alert-triangle" : kind === "success" ? "circle-check" : "info-circle")
            text: place.block.text || ""
        }
    }
    Component {
        id: fact
        Fact {
            name: place.block.name || ""
            value: place.block.value || ""
        }
    }
    Component {
        id: person
        MemberRow {
            tight: place.tight
            member: place.block
        }
    }
    Component {
        id: answer
        ChosenCard {
            slim: place.shrink < 1
            tight: place.tight
            question: place.block.question || ""
            answers: place.block.chosen || []
            pictures: place.block.pictures || []
            change: place.block.change || ""
            changeWords: place.block.changeWords || ""
            onChanging: place.pressed("change", place.block.change)
        }
    }
    Component {
        id: code
        CodeCard {
            tight: place.tight
            shown: place.block
        }
    }
    Component {
        id: qr
        QrPanel {
            tight: place.tight
            shown: place.block
        }
    }
    Component {
        id: contact
        Contact {
            lines: place.block.lines || []
        }
    }
    Component {
        id: picture
        Item {
            readonly property bool whole: true
            implicitHeight: drawing.height
            Picture {
                id: drawing
                side: Math.min(parent.width, Theme.px(Theme.portrait && Theme.textSize < 2 && place.tight < 2 ? 300 : 200))
                picture: place.block.picture || ""
                alt: place.block.alt || ""
            }
        }
    }
    Component {
        id: more
        SecondaryButton {
            objectName: "more"
            icon: "file-text"
            text: place.block.text || ""
            onPressed: place.pressed("more", "")
        }
    }
}
