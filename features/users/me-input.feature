Feature: What a change of the profile must look like

  Scenario Outline: <value> as <field>
    Given Ada is logged in
    And Ada has looked at the own account
    When Ada changes the <field> to <value>
    Then it is refused with 422 validation_failed at "/<field>" as <code>
    And Ada's account is as it was

    Examples: what is told of oneself
      | field        | value                             | code              |
      | email        | true                              | wrong_type        |
      | email        | an empty text                     | invalid_format    |
      | email        | two addresses                     | invalid_format    |
      | email        | an address with a line feed       | control_character |
      | description  | a list                            | wrong_type        |
      | description  | a number                          | wrong_type        |
      | description  | 2,001 letters                     | too_long          |
      | description  | a text with NUL                   | control_character |
      | description  | a text with half a surrogate pair | lone_surrogate    |
      | current_goal | an object                         | wrong_type        |
      | current_goal | 501 letters                       | too_long          |
      | current_goal | a text with an escape sequence    | control_character |

    Examples: facts
      | field        | value                             | code              |
      | metadata     | nothing at all                    | wrong_type        |
      | metadata     | a list                            | wrong_type        |
      | metadata     | a number                          | wrong_type        |
      | metadata     | a space                           | wrong_type        |
      | metadata     | an object of 17 kB                | too_large         |

    Examples: what a person does not decide
      | field          | value           | code          |
      | role           | a space         | unknown_field |
      | roles          | a list          | unknown_field |
      | status         | a space         | unknown_field |
      | username       | 51 letters      | unknown_field |
      | id             | a space         | unknown_field |
      | email_verified | true            | unknown_field |
      | emailVerified  | true            | unknown_field |
      | password       | 51 letters      | unknown_field |
      | password_hash  | a space         | unknown_field |
      | passwordHash   | a space         | unknown_field |
      | blocked_until  | nothing at all  | unknown_field |
      | blockedUntil   | nothing at all  | unknown_field |
      | deleted_at     | nothing at all  | unknown_field |
      | deletedAt      | nothing at all  | unknown_field |
      | created_at     | a number        | unknown_field |
      | createdAt      | a number        | unknown_field |
      | updated_at     | a number        | unknown_field |
      | last_login_at  | nothing at all  | unknown_field |
      | lastLoginAt    | nothing at all  | unknown_field |
      | version        | a number        | unknown_field |
      | currentGoal    | a space         | unknown_field |
      | __proto__      | an object       | unknown_field |
      | constructor    | an object       | unknown_field |

  Scenario: A megabyte about oneself
    Given Ada is logged in
    When Ada changes the description to 1 MB of letters
    Then it is refused with 413 payload_too_large
