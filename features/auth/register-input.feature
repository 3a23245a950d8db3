Feature: What a registration must look like

  Whatever is sent, the answer says what is wrong with it, and nothing is stored.

  Scenario Outline: <value> as <field>
    When somebody registers with <value> as <field>
    Then it is refused with 422 validation_failed at "/<field>" as <code>

    Examples: names
      | field    | value                              | code              |
      | username | nothing at all                     | wrong_type        |
      | username | a number                           | wrong_type        |
      | username | true                               | wrong_type        |
      | username | a list                             | wrong_type        |
      | username | an object                          | wrong_type        |
      | username | an empty text                      | too_short         |
      | username | two letters                        | too_short         |
      | username | 51 letters                         | too_long          |
      | username | 90,000 letters                     | too_long          |
      | username | a text with NUL                    | control_character |
      | username | a text with a bell                 | control_character |
      | username | a text with DEL                    | control_character |
      | username | a text with a C1 control           | control_character |
      | username | a text of two lines                | control_character |
      | username | a text with half a surrogate pair  | lone_surrogate    |
      | username | a text with a space                | invalid_format    |
      | username | a text with an umlaut              | invalid_format    |
      | username | a text with a fullwidth letter     | invalid_format    |
      | username | a text with a zero-width space     | invalid_format    |
      | username | a text that begins with a dot      | invalid_format    |
      | username | a text with a slash                | invalid_format    |
      | username | a text with markup                 | invalid_format    |

    Examples: passwords
      | field    | value                              | code              |
      | password | nothing at all                     | wrong_type        |
      | password | a huge number                      | wrong_type        |
      | password | an empty list                      | wrong_type        |
      | password | 90,000 letters                     | too_long          |

    Examples: addresses
      | field    | value                              | code              |
      | email    | a list                             | wrong_type        |
      | email    | an empty text                      | invalid_format    |
      | email    | an address without a host          | invalid_format    |
      | email    | an address without a name          | invalid_format    |
      | email    | an address with a space            | invalid_format    |
      | email    | two addresses                      | invalid_format    |
      | email    | an address of 255 letters          | too_long          |
      | email    | an address with a line feed        | control_character |

    Examples: what people say of themselves
      | field        | value                             | code              |
      | description  | an object                         | wrong_type        |
      | description  | 2,001 letters                     | too_long          |
      | description  | a text with NUL                   | control_character |
      | description  | a text with half a surrogate pair | lone_surrogate    |
      | current_goal | 501 letters                       | too_long          |
      | current_goal | a text with an escape sequence    | control_character |

  Scenario: A megabyte for a name
    When somebody registers with 1 MB of letters as username
    Then it is refused with 413 payload_too_large

  Scenario Outline: A registration without a <field>
    When somebody registers without a <field>
    Then it is refused with 422 validation_failed at "/<field>" as required

    Examples:
      | field    |
      | username |
      | password |

  Scenario Outline: Nobody gives himself <what>
    When somebody registers and says '<json>' too
    Then it is refused with 422 validation_failed at "<path>" as unknown_field

    Examples:
      | what             | json                        | path            |
      | a role           | "roles":["admin"]           | /roles          |
      | one role         | "role":"admin"              | /role           |
      | a verified mail  | "email_verified":true       | /email_verified |
      | a status         | "status":"active"           | /status         |
      | an id            | "id":"1"                    | /id             |
      | a prototype      | "__proto__":{"admin":true}  | /__proto__      |
      | a constructor    | "constructor":{}            | /constructor    |
      | a name with odds | "a/b~c":1                   | /a~1b~0c        |

  @remote
  Scenario: All faults are told at once
    When somebody registers with everything wrong
    Then it is refused with all of these faults at once:
      | path         | code              |
      | /username    | too_short         |
      | /password    | wrong_type        |
      | /email       | invalid_format    |
      | /description | control_character |
      | /admin       | unknown_field     |
