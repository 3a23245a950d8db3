Feature: Making an account

  Anyone may make an account while registration is open. A name belongs to whoever took it first, in whatever case.

  Scenario: A stranger becomes a user
    When Ada registers
    Then Ada has got an account
    And the answer shows no password and no hash
    And the answer must not be stored

  Scenario: A new account can be used at once
    When Ada registers
    Then Ada can log in

  Scenario: A registration is audited
    When Ada registers
    Then the audit trail tells of "user.registered" with the id of that request
    And the audit trail holds no password

  Scenario: A person introduces herself
    When Ada registers with a goal and a description of two lines
    Then Ada has got an account
    And the new account has that goal and that description

  Scenario: An e-mail address is a claim until it is verified
    When Ada registers with the e-mail address "Ada@example.org"
    Then the new account has the e-mail address "Ada@example.org", which nobody has verified

  Scenario: Two people may claim one address
    Given Ada has an account with the e-mail address "ada@example.org"
    When Grace registers with the e-mail address "ada@example.org"
    Then Grace has got an account

  Scenario Outline: The name is kept as it was typed
    When somebody registers as "<name>"
    Then the new account is called "<name>"

    Examples:
      | name            |
      | Ada.Lovelace-1  |
      | 3rd_of_five     |
      | abc             |
      | constructor     |

  Scenario Outline: A name that is taken
    Given Ada has an account
    When somebody registers as "<name>"
    Then it is refused with 409 username_taken
    And the audit trail tells of "user.registered" with the id of that request

    Examples:
      | name |
      | ada  |
      | ADA  |
      | aDa  |

  Scenario: The name of a deleted account stays reserved
    Given Ada's account is deleted
    When somebody registers as "Ada"
    Then it is refused with 409 username_taken

  Scenario: Fifty people want one name at the same moment
    When 50 people from everywhere register at once as "grace", each in another case
    Then exactly 1 of them succeeds
    And the others are refused with 409 username_taken

  Scenario: A name that was taken on the second instance
    Given a second instance runs on the same database
    When Ada registers on the second instance
    And Ada registers
    Then it is refused with 409 username_taken
